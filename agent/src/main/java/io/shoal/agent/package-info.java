/**
 * The agent: one per node, between the container runtime and the swarm. Its beans exist only in an
 * application context that says it is an agent, for all services share one class path.
 */
@Configuration
@Requires(property = "shoal.service", value = "agent")
@NullMarked
package io.shoal.agent;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
