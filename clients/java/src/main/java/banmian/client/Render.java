package banmian.client;

import banmian.v1.Geometry;
import banmian.v1.Record;
import banmian.v1.Report;
import banmian.v1.Typeset;
import banmian.v1.TypesetServiceGrpc;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.io.File;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Renders one newspaper page over gRPC: a PageRecord as JSON, or plain copy.
 *
 * <p>Files are written only after all of them have arrived complete. Options and exit codes are in
 * ../README.md.
 */
public final class Render {
    // A report is one message and may be larger than the 4 MiB that gRPC takes by default.
    private static final int MESSAGE_BYTES = 64 << 20;

    private Render() {}

    /** Renders the page that the command line names. */
    public static void main(String[] words) {
        System.exit(exit(words));
    }

    private static int exit(String[] words) {
        try {
            run(Options.parse(words));
            return 0;
        } catch (Failure failure) {
            System.err.println(failure.getMessage());
            return failure.exit;
        } catch (StatusRuntimeException error) {
            printViolations(error);
            Status status = error.getStatus();
            // If the server cannot be reached, the cause says more than the description.
            String cause = status.getCause() == null ? "" : " (" + status.getCause().getMessage() + ")";
            System.err.println(status.getCode() + ": " + status.getDescription() + cause);
            return exit(status.getCode());
        }
    }

    /** Exit codes by status, as in {@code banmian render --remote}. */
    private static int exit(Status.Code code) {
        return switch (code) {
            case FAILED_PRECONDITION -> 1;
            case UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED, CANCELLED -> 69;
            case INTERNAL, UNKNOWN, DATA_LOSS -> 70;
            default -> 2;
        };
    }

    private static void run(Options options) throws Failure {
        Typeset.RenderPageRequest request = request(options);
        ManagedChannel channel = connect(options);
        Map<String, ByteString> artifacts;
        try {
            var stub = TypesetServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(token(options)))
                    .withDeadlineAfter(options.timeoutMillis(), TimeUnit.MILLISECONDS);
            artifacts = receive(stub.renderPage(request), options.get("--locale"));
        } finally {
            channel.shutdownNow();
        }
        try {
            Path out = Files.createDirectories(Path.of(options.get("--out")));
            for (var it : artifacts.entrySet()) {
                Path file = out.resolve(it.getKey());
                Files.write(file, it.getValue().toByteArray());
                System.out.printf("  %s  %d B%n", file, it.getValue().size());
            }
        } catch (IOException error) {
            throw new Failure(64, error.toString());
        }
    }

    private static Typeset.RenderPageRequest request(Options options) throws Failure {
        Path source = Path.of(options.source());
        String name = source.getFileName().toString();
        int dot = name.lastIndexOf('.');
        var request = Typeset.RenderPageRequest.newBuilder()
                .setLocale(options.get("--locale"))
                .setName(dot > 0 ? name.substring(0, dot) : name);
        for (String word : options.outputs()) {
            String output = "OUTPUT_" + word.toUpperCase(Locale.ROOT).replace('-', '_');
            try {
                request.addOutputs(Typeset.Output.valueOf(output));
            } catch (IllegalArgumentException error) {
                throw new Failure(64, "--output: unknown output " + output);
            }
        }
        try {
            Record.Layout.Builder layout;
            if (name.endsWith(".json")) {
                JsonFormat.parser().merge(Files.readString(source), request.getPageBuilder());
                layout = request.getPageBuilder().getLayoutBuilder();
            } else {
                request.setPlainCopy(ByteString.copyFrom(Files.readAllBytes(source)));
                layout = request.getLayoutBuilder();
            }
            if (!options.get("--density-step").isEmpty()) {
                layout.setDensityStep(options.get("--density-step"));
            }
        } catch (InvalidProtocolBufferException | CharacterCodingException error) {
            throw new Failure(2, source + ": " + error.getMessage());
        } catch (IOException error) {
            throw new Failure(64, error.toString());
        }
        return request.build();
    }

    /** Opens a channel, unencrypted unless a certificate or {@code --tls} requests TLS. */
    private static ManagedChannel connect(Options options) throws Failure {
        ChannelCredentials credentials = InsecureChannelCredentials.create();
        if (options.tls()) {
            try {
                var tls = TlsChannelCredentials.newBuilder();
                if (options.get("--ca") != null) {
                    tls.trustManager(new File(options.get("--ca")));
                }
                if (options.get("--cert") != null) {
                    tls.keyManager(new File(options.get("--cert")), new File(options.get("--key")));
                }
                credentials = tls.build();
            } catch (IOException error) {
                throw new Failure(64, error.toString());
            }
        }
        try {
            return Grpc.newChannelBuilder(options.get("--address"), credentials)
                    .maxInboundMessageSize(MESSAGE_BYTES)
                    .build();
        } catch (IllegalArgumentException error) {
            throw new Failure(64, error.getMessage());
        }
    }

    /** Returns the bearer token. It is not an argument, which other users of the machine could read. */
    private static Metadata token(Options options) throws Failure {
        String token = System.getenv("BANMIAN_TOKEN");
        if (options.get("--token-file") != null) {
            try {
                token = Files.readString(Path.of(options.get("--token-file"))).strip();
            } catch (IOException error) {
                throw new Failure(64, error.toString());
            }
        }
        Metadata metadata = new Metadata();
        if (token != null && !token.isEmpty()) {
            metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        }
        return metadata;
    }

    /** Returns the artifacts by file name, after checking size and SHA-256 of each. */
    private static Map<String, ByteString> receive(Iterator<Typeset.RenderPageResponse> stream, String locale)
            throws Failure {
        Map<String, ByteString> artifacts = new LinkedHashMap<>();
        Typeset.ArtifactHeader header = null;
        ByteString data = ByteString.EMPTY;
        while (stream.hasNext()) {
            Typeset.RenderPageResponse message = stream.next();
            switch (message.getPartCase()) {
                case REPORT -> printReport(message.getReport(), locale.equals("en"));
                case ARTIFACT_HEADER -> {
                    expect(header == null, message);
                    header = message.getArtifactHeader();
                    data = ByteString.EMPTY;
                }
                case CHUNK -> {
                    expect(header != null, message);
                    data = data.concat(message.getChunk());
                }
                case ARTIFACT_END -> {
                    expect(header != null, message);
                    check(header, message.getArtifactEnd(), data);
                    artifacts.put(Path.of(header.getFileName()).getFileName().toString(), data);
                    header = null;
                }
                default -> expect(false, message);
            }
        }
        if (header != null || artifacts.isEmpty()) {
            throw new Failure(70, "the stream ended early");
        }
        return artifacts;
    }

    private static void expect(boolean so, Typeset.RenderPageResponse message) throws Failure {
        if (!so) {
            throw new Failure(70, "unexpected message: " + message.getPartCase());
        }
    }

    private static void check(Typeset.ArtifactHeader header, Typeset.ArtifactEnd end, ByteString data) throws Failure {
        String hash = sha256(data);
        boolean size = header.getTotalBytes() == data.size() && end.getTotalBytes() == data.size();
        if (!size || !header.getSha256().equals(hash) || !end.getSha256().equals(hash)) {
            throw new Failure(70, header.getFileName() + ": size or SHA-256 differs");
        }
    }

    private static String sha256(ByteString data) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            data.asReadOnlyByteBufferList().forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException error) {
            throw new IllegalStateException("every Java has SHA-256", error);
        }
    }

    private static void printReport(Report.RenderReport report, boolean english) {
        Geometry.PageGeometry geometry = report.getGeometry();
        System.out.printf("%s  %s/%s  %d 字  %.1f%%  %.12s%n", geometry.getDate(), report.getHouseStyle(),
                report.getDensityStep(), report.getCharacters(), 100 * geometry.getUtilisation(),
                report.getLayoutHash());
        for (var it : report.getArticlesList()) {
            System.out.printf("  %s  %d 字  %s  %s%n", it.getArticleId(), it.getCharacters(), it.getHeadline(),
                    String.join(" ", it.getAuthorsList()));
        }
        for (var it : geometry.getFitList()) {
            System.out.printf("  %s  %d/%d 行  余稿 %d 字%n", it.getArticleId(), it.getSetLines(),
                    it.getCapacityLines(), it.getOverChars());
        }
        for (var it : report.getFindingsList()) {
            String place = it.getField().isEmpty() ? "line " + it.getSourceLine() : it.getField();
            System.out.printf("  %s %s %s: %s %s%n", it.getSeverity().name().replace("SEVERITY_", ""), it.getCode(),
                    place, in(it.getMessage(), english), in(it.getRemedy(), english));
        }
        for (var it : report.getStageTimesList()) {
            System.out.printf("  %s %.1f ms", it.getStage(), it.getMicros() / 1000.0);
        }
        System.out.println();
    }

    private static String in(Geometry.LocalizedText text, boolean english) {
        return english ? text.getEn() : text.getZh();
    }

    /** Returns the fields that a status names. */
    private static void printViolations(StatusRuntimeException error) {
        var status = StatusProto.fromThrowable(error);
        List<Any> details = status == null ? List.of() : status.getDetailsList();
        for (Any detail : details) {
            try {
                if (detail.is(BadRequest.class)) {
                    for (var it : detail.unpack(BadRequest.class).getFieldViolationsList()) {
                        System.err.printf("  %s: %s%n", it.getField(), it.getDescription());
                    }
                }
            } catch (InvalidProtocolBufferException malformed) {
                System.err.println("  details that cannot be read");
            }
        }
    }
}
