package io.shoal.cli.node;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine;

/** A host's files in a folder, and the two commands on it. */
final class HostFixture {

  final FakePrograms programs = new FakePrograms();
  private final Path root;
  private final StringWriter said = new StringWriter();

  HostFixture(Path root) {
    this.root = root;
  }

  HostFixture has(String path, String content) {
    Path file = on(path);
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  Path on(String path) {
    return root.resolve(path.substring(1));
  }

  /** Every file by its path below the root. */
  Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put("/" + root.relativize(file), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  int setup(ContainerRuntime runtime, String... arguments) {
    return run(new SetupCommand(thisSystem -> programs), runtime, arguments);
  }

  int restore(ContainerRuntime runtime) {
    return run(new RestoreCommand(thisSystem -> programs), runtime);
  }

  /** What the last command said, output and errors. */
  String said() {
    return said.toString();
  }

  private int run(Object command, ContainerRuntime runtime, String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("--runtime", runtime.toString(), "--root", root.toString()));
    all.addAll(List.of(arguments));
    said.getBuffer().setLength(0);
    CommandLine line = new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true);
    line.setOut(new PrintWriter(said, true));
    line.setErr(new PrintWriter(said, true));
    line.setExecutionExceptionHandler((e, commandLine, parsed) -> {
      commandLine.getErr().println(e.getMessage());
      return 1;
    });
    return line.execute(all.toArray(String[]::new));
  }
}
