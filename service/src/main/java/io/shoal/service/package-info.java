/**
 * What all services share: the HTTP server around them, health and metrics, and who may call. The
 * beans exist in an application context that {@link io.shoal.service.HttpService} made, only.
 */
@Configuration
@Requires(property = "shoal.service")
@NullMarked
package io.shoal.service;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
