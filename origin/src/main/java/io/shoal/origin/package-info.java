/**
 * The origin: fetches each blob from its central registry once, and is its first source in the
 * swarm. Its beans exist only in an application context that says it is an origin, for all services
 * share one class path.
 */
@Configuration
@NullMarked
@Requires(property = "shoal.service", value = "origin")
package io.shoal.origin;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
