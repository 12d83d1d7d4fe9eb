/** The registry proxy: pulls through the origins, for clients that have no agent beside them. */
@Configuration
@NullMarked
@Requires(property = "shoal.service", value = ProxyServer.NAME)
package io.shoal.proxy;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
