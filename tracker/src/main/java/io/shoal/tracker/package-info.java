/**
 * The tracker: introduces peers to each other. Its beans exist only in an application context that
 * says it is a tracker, for all services share one class path.
 */
@Configuration
@Requires(property = "shoal.service", value = "tracker")
@NullMarked
package io.shoal.tracker;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
