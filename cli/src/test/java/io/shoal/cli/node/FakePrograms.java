package io.shoal.cli.node;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A host on which these programs run; it notes what it is told. */
final class FakePrograms implements HostPrograms {

  final List<Running> running = new ArrayList<>();
  final List<Long> hungUp = new ArrayList<>();
  final List<String> restarted = new ArrayList<>();
  Optional<String> containerdSays = Optional.empty();

  /** What dockerd says about its mirrors when it is asked, whatever it has read. */
  Supplier<Optional<Boolean>> losesMirrors = () -> Optional.of(true);

  FakePrograms runs(long pid, Instant started, String... arguments) {
    running.add(new Running(pid, started, List.of(arguments)));
    return this;
  }

  @Override
  public List<Running> named(String name) {
    return running.stream().filter(r -> Path.of(r.arguments().getFirst()).endsWith(name)).toList();
  }

  @Override
  public boolean hangUp(long pid) {
    return hungUp.add(pid);
  }

  @Override
  public Optional<Boolean> dockerLosesMirrors(Path socket) {
    return losesMirrors.get();
  }

  @Override
  public Optional<String> containerdConfiguration(Path config) {
    return containerdSays;
  }

  @Override
  public Optional<String> restart(String service) {
    restarted.add(service);
    return Optional.empty();
  }
}
