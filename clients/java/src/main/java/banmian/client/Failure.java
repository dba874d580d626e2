package banmian.client;

/** Reason for ending the program, with its exit code. */
final class Failure extends Exception {
    private static final long serialVersionUID = 1;
    final int exit;

    Failure(int exit, String message) {
        super(message);
        this.exit = exit;
    }
}
