package io.hybridingest.nifi.services;

import io.hybridingest.pipeline.PipelineDefinition;
import org.apache.nifi.controller.ControllerService;

/** Hands the one pipeline definition to every processor that refers to it. Enabled only with a valid definition. */
public interface IngestPipelineService extends ControllerService {
    /** The definition, parsed and valid; the same instance for as long as the service stays enabled. */
    PipelineDefinition pipeline();

    /**
     * The key of {@code hash} masks.
     *
     * @return a copy of the key's bytes, empty where no field is hashed
     */
    byte[] maskKey();
}
