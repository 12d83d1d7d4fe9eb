/** Typed configuration from YAML and the environment, for the four services. */
@NullMarked
package io.shoal.config;

import org.jspecify.annotations.NullMarked;
