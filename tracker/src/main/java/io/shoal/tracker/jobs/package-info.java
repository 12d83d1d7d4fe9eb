/** Pre-warm jobs: what is to run where and when, and how that outlives the process. */
@NullMarked
package io.shoal.tracker.jobs;

import org.jspecify.annotations.NullMarked;
