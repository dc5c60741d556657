package io.hybridingest.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * A finding: this project against one peer.
 *
 * @param name such as {@code preprocess.vs-loop.flights-csv.100}
 * @param ours records a second
 * @param peer records a second
 * @param oursAllocated bytes a record
 * @param peerAllocated bytes a record
 */
record Comparison(String name, double ours, double peer, double oursAllocated, double peerAllocated) {
    /** One line of JSON. */
    String json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("ours", ours)
                .put("peer", peer)
                .put("unit", "records/s")
                .put("oursAllocated", oursAllocated)
                .put("peerAllocated", peerAllocated)
                .toString();
    }
}
