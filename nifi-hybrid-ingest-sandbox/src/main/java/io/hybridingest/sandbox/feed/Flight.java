package io.hybridingest.sandbox.feed;

import java.time.Duration;
import java.time.Instant;

/**
 * One scheduled flight.
 *
 * @param carrier two-letter code
 * @param number flight number
 * @param origin airport code
 * @param destination airport code
 * @param tail tail number of the aeroplane, null where unknown
 * @param scheduledDeparture event time
 * @param departureDelay minutes, negative for early, null where it never left
 * @param arrivalDelay minutes, null where it never arrived
 * @param airTime minutes, null where it never arrived
 * @param distance miles
 */
record Flight(
        String carrier,
        int number,
        String origin,
        String destination,
        String tail,
        Instant scheduledDeparture,
        Integer departureDelay,
        Integer arrivalDelay,
        Integer airTime,
        double distance) {

    /** What makes two flights the same: the identity of templates/flights.yaml. */
    record Identity(String carrier, int number, String origin, Instant scheduledDeparture) {}

    Identity identity() {
        return new Identity(carrier, number, origin, scheduledDeparture);
    }

    /** When the world hears of it: at departure, or at the scheduled time where it was cancelled. */
    Instant heardOf() {
        return departureDelay == null ? scheduledDeparture : scheduledDeparture.plusSeconds(departureDelay * 60L);
    }

    Flight shifted(Duration by) {
        return new Flight(
                carrier,
                number,
                origin,
                destination,
                tail,
                scheduledDeparture.plus(by),
                departureDelay,
                arrivalDelay,
                airTime,
                distance);
    }
}
