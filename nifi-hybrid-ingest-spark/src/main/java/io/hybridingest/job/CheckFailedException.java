package io.hybridingest.job;

import io.hybridingest.pipeline.Check;

/** A record failed a check whose consequence is to stop. */
final class CheckFailedException extends RuntimeException {
    CheckFailedException(Check check, long count, String ingestId, String origin) {
        super(
                "%d records fail check %s (require: %s), such as %s from %s. The check says `otherwise: fail`: repair them at their source, or change the check to quarantine, drop or warn."
                        .formatted(count, check.name(), check.require(), ingestId, origin));
    }
}
