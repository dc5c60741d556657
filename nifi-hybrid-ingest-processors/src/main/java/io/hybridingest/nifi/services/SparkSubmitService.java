package io.hybridingest.nifi.services;

import io.hybridingest.launch.SparkInstallation;
import org.apache.nifi.controller.ControllerService;

/** Where Spark is, what it runs on and what every launch starts from. */
public interface SparkSubmitService extends ControllerService {
    /** The installation and its settings; the same instance for as long as the service stays enabled. */
    SparkInstallation installation();
}
