package io.shoal.node.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What the store counts. */
final class StoreMetrics {

  private final MeterRegistry registry;
  private final Counter evictions;
  private final Counter evictedBytes;
  private final Counter diskFull;

  StoreMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.evictions = registry.counter("shoal.store.evictions");
    this.evictedBytes = Counter.builder("shoal.store.evicted").baseUnit("bytes").register(registry);
    this.diskFull = registry.counter("shoal.store.disk.full");
  }

  void evicted(long bytes) {
    evictions.increment();
    evictedBytes.increment((double) bytes);
  }

  void diskFull() {
    diskFull.increment();
  }

  void watch(Supplier<StoreUsage> usage) {
    gauge("shoal.store.blobs", "blobs", usage, StoreUsage::blobs);
    gauge("shoal.store.blob", "bytes", usage, StoreUsage::blobBytes);
    gauge("shoal.store.partials", "blobs", usage, StoreUsage::partials);
    gauge("shoal.store.partial", "bytes", usage, StoreUsage::partialBytes);
    gauge("shoal.store.limit", "bytes", usage, StoreUsage::limitBytes);
  }

  private void gauge(
      String name, String unit, Supplier<StoreUsage> usage, ToDoubleFunction<StoreUsage> value) {
    Gauge.builder(name, usage, source -> value.applyAsDouble(source.get()))
        .baseUnit(unit)
        .strongReference(true)
        .register(registry);
  }
}
