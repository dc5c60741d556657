package io.hybridingest.sandbox.feed;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Flights as the two sources write them: JSON over HTTP, CSV in files. The event time has its old name in both. */
final class FlightJson {
    static final String SCHEDULED = "sched_dep_time_utc";
    static final String CSV_HEADER =
            "tailnum,carrier,flight,origin,dest," + SCHEDULED + ",dep_delay,arr_delay,air_time,distance";

    private FlightJson() {}

    /**
     * A flight as JSON.
     *
     * @param tail goes first, so that it survives when the record's end is lost; null where unknown
     */
    static ObjectNode json(Flight flight, String tail) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("tailnum", tail);
        json.put("carrier", flight.carrier());
        json.put("flight", flight.number());
        json.put("origin", flight.origin());
        json.put("dest", flight.destination());
        json.put(SCHEDULED, flight.scheduledDeparture().toString());
        json.put("dep_delay", flight.departureDelay());
        json.put("arr_delay", flight.arrivalDelay());
        json.put("air_time", flight.airTime());
        json.put("distance", flight.distance());
        return json;
    }

    static String csv(Flight flight) {
        return String.join(
                ",",
                cell(flight.tail()),
                flight.carrier(),
                cell(flight.number()),
                flight.origin(),
                flight.destination(),
                cell(flight.scheduledDeparture()),
                cell(flight.departureDelay()),
                cell(flight.arrivalDelay()),
                cell(flight.airTime()),
                cell(flight.distance()));
    }

    private static String cell(Object value) {
        return value == null ? "" : value.toString();
    }
}
