package io.shoal.e2e.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What these tests need from the machine; {@code e2e/install-test-programs.sh} installs it. */
final class Prerequisites {

  private static final List<String> PROGRAMS =
      List.of(
          "docker-registry",
          "dockerd",
          "docker",
          "containerd",
          "ctr",
          "runc",
          "podman",
          "skopeo",
          "curl",
          "zstd",
          "nsenter",
          "unshare",
          "ip",
          "iptables",
          "busybox",
          "tar",
          "mount",
          "umount",
          "setpriv",
          "chroot");

  private Prerequisites() {}

  /** One line that says what is missing and what to do, or nothing. */
  static Optional<String> missing() {
    List<String> problems = new ArrayList<>();
    if (!"root".equals(System.getProperty("user.name"))) {
      problems.add("they start container daemons and must run as root");
    }
    List<String> absent = PROGRAMS.stream().filter(p -> find(p).isEmpty()).toList();
    if (!absent.isEmpty()) {
      problems.add(
          String.join(", ", absent) + " not found: run e2e/install-test-programs.sh as root");
    }
    if (!Files.isExecutable(distribution())) {
      problems.add(distribution() + " is missing: run ./mvnw -pl cli -am package -DskipTests");
    }
    return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
  }

  /** The launcher of the built distribution. */
  static Path distribution() {
    return Path.of(System.getProperty("shoal.home", "../cli/target/shoal")).resolve("bin/shoal");
  }

  static Path program(String name) {
    return find(name).orElseThrow(() -> new AssertionError(name + " is not installed"));
  }

  private static Optional<Path> find(String program) {
    return Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":"))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
