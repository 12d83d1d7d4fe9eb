package io.shoal.cli.dev.registry;

import io.shoal.cli.layout.OciLayout;
import io.shoal.cli.process.ParentOptions;
import io.shoal.cli.process.RunningServer;
import io.shoal.cli.process.ServerLifetime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the {@link BuiltInRegistry} in a process of its own; started by {@code shoal dev}. */
@Command(name = "dev-registry", hidden = true, description = "The registry of shoal dev.")
public final class RegistryCommand implements Callable<Integer> {

  @Option(
      names = "--image",
      required = true,
      paramLabel = "TAG=FOLDER",
      description = "An image in OCI layout, by tag.")
  private Map<String, Path> images;

  @Option(names = "--repository", required = true, description = "The images' name.")
  private String repository;

  @Mixin private ParentOptions parent;

  /** The command line that {@link io.shoal.cli.process.ChildProcesses} starts it with. */
  public static List<String> arguments(String repository, Map<String, OciLayout> images) {
    List<String> arguments = new ArrayList<>(List.of("dev-registry", "--repository", repository));
    images.forEach(
        (tag, image) -> arguments.addAll(List.of("--image", tag + "=" + image.directory())));
    return arguments;
  }

  @Override
  public Integer call() throws Exception {
    Map<String, OciLayout> layouts = new TreeMap<>();
    for (Map.Entry<String, Path> image : images.entrySet()) {
      layouts.put(image.getKey(), OciLayout.open(image.getValue()));
    }
    BuiltInRegistry registry = BuiltInRegistry.start(0, repository, layouts);
    ServerLifetime.serve("registry", new Running(registry), parent);
    return 0;
  }

  private record Running(BuiltInRegistry registry) implements RunningServer {
    @Override
    public int port() {
      return registry.port();
    }

    @Override
    public void close() {
      registry.close();
    }
  }
}
