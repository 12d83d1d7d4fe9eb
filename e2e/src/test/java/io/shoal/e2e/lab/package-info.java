/**
 * The laboratory of the end-to-end tests: a real registry, real container daemons and Shoal's own
 * programs, each a process of its own with its own folder, ports and log file.
 */
@NullMarked
package io.shoal.e2e.lab;

import org.jspecify.annotations.NullMarked;
