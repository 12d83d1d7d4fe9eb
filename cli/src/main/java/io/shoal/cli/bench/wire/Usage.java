package io.shoal.cli.bench.wire;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used since its start.
 *
 * @param cpuNanos processor time of all threads
 * @param allocatedBytes on the Java heap
 * @param residentBytes memory it holds now; 0 where the system does not tell
 */
record Usage(long cpuNanos, long allocatedBytes, long residentBytes) {

  private static final String RESIDENT = "VmRSS:";

  /** Of this process, now. */
  static Usage now() throws IOException {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    return new Usage(
        system.getProcessCpuTime(), threads.getTotalThreadAllocatedBytes(), residentNow());
  }

  private static long residentNow() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(RESIDENT))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(0);
  }

  /** What was used since an earlier look; memory is not a difference. */
  Usage since(Usage before) {
    return new Usage(
        cpuNanos - before.cpuNanos, allocatedBytes - before.allocatedBytes, residentBytes);
  }

  /** One line of the control connection. */
  String line() {
    return cpuNanos + " " + allocatedBytes + " " + residentBytes;
  }

  static Usage parse(String line) {
    String[] words = line.split(" ");
    return new Usage(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
  }
}
