package io.hybridingest.job;

import io.hybridingest.job.ledger.FencedException;
import io.hybridingest.job.ledger.TableRestoredException;
import io.hybridingest.job.sink.RefusedTableException;
import io.hybridingest.job.source.KafkaUnreachableException;
import io.hybridingest.job.source.RefusedSchemaException;
import io.hybridingest.job.source.TopicRemadeException;
import io.hybridingest.job.transform.RefusedQueryException;
import io.hybridingest.pipeline.InvalidDefinitionException;
import java.io.FileNotFoundException;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Why a run failed, as its status says it.
 *
 * @param code short stable code
 * @param message a sentence for people, with what to do where that is known
 */
record Verdict(String code, String message) {
    private static final int LONGEST_MESSAGE = 2000;

    /** What Spark keeps in the checkpoint of a query of a lane. */
    private static final Pattern IN_A_CHECKPOINT =
            Pattern.compile("/(stream|batch-(records|quarantine|unreadable))/(offsets|commits|sources|metadata)\\b");

    /** A cause that is known, wherever in the chain it stands. */
    private record Known(String code, Predicate<Throwable> matches, String advice) {}

    private static final List<Known> KNOWN = List.of(
            new Known("usage", UsageException.class::isInstance, ""),
            new Known("invalid-definition", InvalidDefinitionException.class::isInstance, ""),
            new Known("invalid-query", RefusedQueryException.class::isInstance, ""),
            new Known("table-mismatch", RefusedTableException.class::isInstance, ""),
            new Known("schema-conflict", RefusedSchemaException.class::isInstance, ""),
            new Known("stale-checkpoint", StaleCheckpointException.class::isInstance, ""),
            new Known("data-loss", DataLossException.class::isInstance, ""),
            new Known(
                    "data-loss",
                    TopicRemadeException.class::isInstance,
                    "Of this micro-batch nothing was written. Start again: the job then says what is missing."),
            new Known("table-restored", TableRestoredException.class::isInstance, ""),
            new Known("fenced", FencedException.class::isInstance, ""),
            new Known("check-failed", CheckFailedException.class::isInstance, ""),
            new Known("kafka-unreachable", KafkaUnreachableException.class::isInstance, ""),
            new Known(
                    "data-loss",
                    cause -> String.valueOf(cause.getMessage()).contains("data may have been lost")
                            || String.valueOf(cause.getMessage()).contains("failOnDataLoss"),
                    "The topic no longer holds what the table comes next to: it was trimmed or made anew. Start again: the job then says which offsets are missing, and what to do."),
            new Known(
                    "concurrent-run",
                    cause -> String.valueOf(cause.getMessage()).contains("CONCURRENT_STREAM_LOG_UPDATE")
                            || String.valueOf(cause.getMessage()).contains("Concurrent update to the log"),
                    "Another run uses the same checkpoint. End one of them."),
            new Known(
                    "concurrent-run",
                    cause -> cause instanceof FileNotFoundException
                            && IN_A_CHECKPOINT
                                    .matcher(String.valueOf(cause.getMessage()))
                                    .find(),
                    "The checkpoint was taken away, as another run does that begins a new one. End one of them; a start goes on where the table ends."),
            new Known(
                    "conflict",
                    ConcurrentModificationException.class::isInstance,
                    "Other writers were faster again and again. What writes to the table beside this pipeline?"),
            new Known(
                    "disk-full",
                    cause -> String.valueOf(cause.getMessage()).contains("No space left on device")
                            || String.valueOf(cause.getMessage()).contains("Disk quota exceeded"),
                    "A disk is full: make room for the table, the quarantine table, the checkpoint, and Spark's local directories. The next run does again what this one left unfinished."),
            new Known(
                    "file-missing",
                    FileNotFoundException.class::isInstance,
                    "A file that had landed is gone. Put it back, or remove it from the landing checkpoint."));

    /** Looks for the cause that explains a failure. */
    static Verdict of(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !chain.contains(cause); cause = cause.getCause()) {
            chain.add(cause);
        }
        for (Known known : KNOWN) {
            for (Throwable cause : chain) {
                if (known.matches().test(cause)) {
                    String message =
                            known.advice().isEmpty() ? cause.getMessage() : firstLine(cause) + ". " + known.advice();
                    return new Verdict(known.code(), shortened(message));
                }
            }
        }
        Throwable root = chain.get(chain.size() - 1);
        return new Verdict("failed", shortened(root.getClass().getSimpleName() + ": " + firstLine(root)));
    }

    private static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    private static String shortened(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "…";
    }
}
