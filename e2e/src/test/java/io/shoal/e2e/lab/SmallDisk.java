package io.shoal.e2e.lab;

import java.nio.file.Path;
import java.time.Duration;

/** A small file system of its own, in memory. It goes with the workspace. */
public final class SmallDisk {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  static SmallDisk mount(Path folder, int mib) {
    Commands.run(LIMIT, "mount", "-t", "tmpfs", "-o", size(mib), "shoal-e2e", folder.toString());
    return new SmallDisk(folder);
  }

  /** Gives it this size instead, under whoever uses it. */
  public void grow(int mib) {
    Commands.run(LIMIT, "mount", "-o", "remount," + size(mib), folder.toString());
  }

  private static String size(int mib) {
    return "size=" + mib + "m";
  }
}
