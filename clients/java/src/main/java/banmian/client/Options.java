package banmian.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Options of the command line; see ../README.md. */
record Options(String source, boolean tls, Map<String, String> values) {
    private static final Map<String, String> DEFAULTS = Map.of(
            "--address", "127.0.0.1:50051",
            "--out", "out",
            "--output", "press-pdf,preview-png,record-json",
            "--density-step", "",
            "--locale", "zh-CN",
            "--timeout", "60");
    private static final Set<String> FILES = Set.of("--ca", "--cert", "--key", "--token-file");

    static Options parse(String[] words) throws Failure {
        String source = null;
        boolean tls = false;
        Map<String, String> values = new HashMap<>(DEFAULTS);
        for (int k = 0; k < words.length; k++) {
            String word = words[k];
            if (word.equals("--tls")) {
                tls = true;
            } else if (DEFAULTS.containsKey(word) || FILES.contains(word)) {
                if (++k == words.length) {
                    throw new Failure(64, word + " needs a value");
                }
                values.put(word, words[k]);
            } else if (word.startsWith("-") || source != null) {
                throw new Failure(64, "unknown option " + word + "; see ../README.md");
            } else {
                source = word;
            }
        }
        if (source == null) {
            throw new Failure(64, "usage: Render SOURCE [options]; see ../README.md");
        }
        if (values.containsKey("--cert") != values.containsKey("--key")) {
            throw new Failure(64, "--cert and --key must be given together");
        }
        return new Options(source, tls || values.containsKey("--ca") || values.containsKey("--cert"), values);
    }

    /** Returns the value of an option; null for a file that was not named. */
    String get(String name) {
        return values.get(name);
    }

    List<String> outputs() {
        return List.of(get("--output").split(","));
    }

    long timeoutMillis() throws Failure {
        try {
            return Math.round(1000 * Double.parseDouble(get("--timeout")));
        } catch (NumberFormatException error) {
            throw new Failure(64, "--timeout must be a number of seconds");
        }
    }
}
