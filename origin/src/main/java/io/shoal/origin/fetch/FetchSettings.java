package io.shoal.origin.fetch;

import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * How blobs are fetched.
 *
 * @param parallelRanges ranges of one blob at the same time, at least 1
 * @param rangeBytes length of a range, rounded up to whole pieces
 * @param spool folder for blobs whose length upstream does not say
 * @param pause waits before another try
 * @param epochs a number for each new torrent, higher than all before, also before a restart
 */
record FetchSettings(
    int parallelRanges, long rangeBytes, Path spool, Retries.Pause pause, LongSupplier epochs) {}
