package io.hybridingest.kafka;

/** A value that does not fit the pipeline's schema; the message is a sentence without the value itself. */
final class MisfitException extends Exception {
    private final String path;
    private final String what;

    private MisfitException(String path, String what) {
        super(path.isEmpty() ? what : "the field '" + path + "' " + what, null, false, false);
        this.path = path;
        this.what = what;
    }

    /** @param value may be null */
    static MisfitException of(Object value, String wanted) {
        return new MisfitException(
                "",
                value == null ? "is missing" : "is of type " + value.getClass().getSimpleName() + " and not " + wanted);
    }

    /** The same, seen from the record around it. */
    MisfitException in(String field) {
        return new MisfitException(path.isEmpty() ? field : field + "." + path, what);
    }
}
