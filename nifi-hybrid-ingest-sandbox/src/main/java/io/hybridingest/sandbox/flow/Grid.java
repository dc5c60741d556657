package io.hybridingest.sandbox.flow;

import org.apache.nifi.flow.Position;

/** Columns and rows of the canvas, wide enough that a connection's label fits between two processors. */
final class Grid {
    static final double PROCESSOR_WIDTH = 352;
    static final double PROCESSOR_HEIGHT = 128;
    static final double COLUMN = 632;
    private static final double ROW = 272;
    private static final double FUNNEL = 48;

    private Grid() {}

    /** Upper left corner of a processor. */
    static Position cell(double column, double row) {
        return new Position(column * COLUMN, row * ROW);
    }

    /** Middle of a processor's cell. */
    static Position middle(double column, double row) {
        return new Position(column * COLUMN + PROCESSOR_WIDTH / 2, row * ROW + PROCESSOR_HEIGHT / 2);
    }

    /** Upper left corner of a funnel in the middle of a processor's cell. */
    static Position funnel(double column, double row) {
        Position middle = middle(column, row);
        return new Position(middle.getX() - FUNNEL / 2, middle.getY() - FUNNEL / 2);
    }

    static Position offset(Position from, double right, double down) {
        return new Position(from.getX() + right, from.getY() + down);
    }
}
