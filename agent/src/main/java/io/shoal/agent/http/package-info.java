/** The agent's HTTP server: the pull endpoint, health, metrics and a look inside. */
@NullMarked
package io.shoal.agent.http;

import org.jspecify.annotations.NullMarked;
