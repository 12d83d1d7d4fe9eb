package io.shoal.cli.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.cli.console.Causes;
import io.shoal.cli.console.UserError;
import io.shoal.cli.files.DirectoryTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a host, seen as they would be without Shoal, and the record that makes this
 * possible: the first state of every file that was changed. Paths are the host's; the root that
 * stands before them is known only here. Used by one thread.
 */
final class HostFiles {

  private static final Path STATE = Path.of("/var/lib/shoal/node-setup");
  private static final int MOST_LINKS = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;
  private final Path state;
  private Ledger ledger;

  /** The files below this root, with the record of this name. */
  HostFiles(Path root, String ledgerName) {
    this.root = root.toAbsolutePath().normalize();
    this.state = STATE.resolve(ledgerName);
    this.ledger = load();
  }

  /** Whether these are the files of the system that this process runs on. */
  boolean ofThisSystem() {
    return root.equals(root.getRoot());
  }

  /** Where the first states are kept, as the host sees it. */
  Path state() {
    return state;
  }

  /** Whether a setup has left anything to restore. */
  boolean changed() {
    return !ledger.files().isEmpty();
  }

  /** The files that a setup has changed. */
  List<String> changedPaths() {
    return ledger.files().stream().map(Ledger.Entry::path).toList();
  }

  /** Whether the file holds what setup wrote. */
  boolean isOurs(Path path) {
    return ledger.find(path.toString()).filter(entry -> holdsWhatWeWrote(entry)).isPresent();
  }

  /** The file as it is on the disk, links followed. */
  Path onDisk(Path path) {
    Path at = below(path);
    for (int i = 0; i < MOST_LINKS && Files.isSymbolicLink(at); i++) {
      Path target = read(at, Files::readSymbolicLink);
      at = target.isAbsolute() ? below(target) : at.resolveSibling(target).normalize();
    }
    return at;
  }

  /** The text of a file as it would be without Shoal, empty if there is none. */
  Optional<String> text(Path path) {
    Optional<Ledger.Entry> entry = ledger.find(path.toString()).filter(this::holdsWhatWeWrote);
    Optional<byte[]> bytes = entry.isPresent() ? firstState(entry.get()) : bytes(onDisk(path));
    return bytes.map(b -> new String(b, StandardCharsets.UTF_8));
  }

  /** The folder that a file is in. */
  static Path folderOf(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + " is no file");
    }
    return parent;
  }

  /** What is in a folder, in the order of the names; empty if there is no such folder. */
  List<Path> list(Path folder) {
    Path onDisk = onDisk(folder);
    if (!Files.isDirectory(onDisk)) {
      return List.of();
    }
    try (Stream<Path> names = Files.list(onDisk)) {
      return names.map(name -> folder.resolve(name.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The changes that would not leave a file as it is on the disk now. */
  List<Plan.Change> pending(Plan plan) {
    return plan.changes().stream()
        .filter(change -> !holds(change.path(), bytes(change.text())))
        .toList();
  }

  /** Writes all of it; what an earlier setup wrote and this plan does not name goes back first. */
  List<String> apply(Plan plan) {
    List<String> said = new ArrayList<>();
    List<String> planned = plan.changes().stream().map(c -> c.path().toString()).toList();
    ledger.files().stream().filter(e -> !planned.contains(e.path())).forEach(e -> undo(e, said));
    for (Plan.Change change : pending(plan)) {
      overwrite(change);
      said.add(change.path() + ": written");
    }
    return said;
  }

  /** Writes one file once more, on its way back to its first state. */
  void overwrite(Plan.Change change) {
    try {
      write(change);
    } catch (IOException e) {
      throw UserError.failed("cannot write " + change.path() + ": " + Causes.text(e));
    }
  }

  /** Brings back the first state of everything; returns what happened to each file. */
  List<String> restore() {
    List<String> said = new ArrayList<>();
    ledger.files().forEach(entry -> undo(entry, said));
    return said;
  }

  private void undo(Ledger.Entry entry, List<String> said) {
    Path path = Path.of(entry.path());
    try {
      if (!holdsFirstState(entry)) {
        if (entry.changedByOthers() || !holdsWhatWeWrote(entry)) {
          said.add(path + ": left as it is, for somebody has changed it" + whereItWas(entry));
          return;
        }
        bringBack(entry);
        said.add(path + (entry.backup() == null ? ": removed" : ": restored"));
      }
      if (entry.backup() != null) {
        Files.deleteIfExists(stateFile(entry.backup()));
      }
      ledger = ledger.without(entry);
      if (ledger.files().isEmpty()) {
        removeFolders();
        DirectoryTree.delete(below(state));
      } else {
        save();
      }
    } catch (IOException e) {
      throw UserError.failed("cannot restore " + path + ": " + Causes.text(e));
    }
  }

  private String whereItWas(Ledger.Entry entry) {
    return entry.backup() == null
        ? "; before the setup there was no such file"
        : "; how it was before the setup: " + state.resolve(entry.backup());
  }

  private void bringBack(Ledger.Entry entry) throws IOException {
    Path file = onDisk(Path.of(entry.path()));
    if (entry.backup() == null) {
      Files.deleteIfExists(file);
      return;
    }
    Path next = temporary(file);
    Files.copy(stateFile(entry.backup()), next, StandardCopyOption.COPY_ATTRIBUTES);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void write(Plan.Change change) throws IOException {
    String path = change.path().toString();
    Path file = onDisk(change.path());
    byte[] content = bytes(change.text());
    Optional<Ledger.Entry> known = ledger.find(path);
    boolean others =
        known.isPresent()
            && (known.get().changedByOthers()
                || !(holdsWhatWeWrote(known.get()) || holdsFirstState(known.get())));
    String backup = known.isPresent() ? known.get().backup() : keepFirstState(file);
    makeFolders(folderOf(change.path()));
    ledger = ledger.with(new Ledger.Entry(path, backup, sha256(content), others));
    save();
    Path next = temporary(file);
    if (Files.exists(file)) {
      // For its mode and owner.
      Files.copy(file, next, StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.write(next, content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private @Nullable String keepFirstState(Path file) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    Files.createDirectories(below(state));
    String name = UUID.randomUUID() + ".before";
    Files.copy(file, stateFile(name), StandardCopyOption.COPY_ATTRIBUTES);
    return name;
  }

  private void makeFolders(Path folder) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = folder; at != null && !Files.exists(onDisk(at)); at = at.getParent()) {
      missing.push(at);
    }
    for (Path made : missing) {
      ledger = ledger.withFolder(made.toString());
    }
    Files.createDirectories(onDisk(folder));
  }

  private void removeFolders() throws IOException {
    for (String folder : ledger.folders().reversed()) {
      try {
        Files.deleteIfExists(below(Path.of(folder)));
      } catch (DirectoryNotEmptyException others) {
        // Somebody uses it now.
      }
    }
    ledger = Ledger.empty();
  }

  private boolean holdsWhatWeWrote(Ledger.Entry entry) {
    return bytes(onDisk(Path.of(entry.path())))
        .filter(b -> sha256(b).equals(entry.written()))
        .isPresent();
  }

  private boolean holdsFirstState(Ledger.Entry entry) {
    Optional<byte[]> first = firstState(entry);
    return first.isPresent()
        ? holds(Path.of(entry.path()), first.get())
        : !Files.exists(onDisk(Path.of(entry.path())));
  }

  private boolean holds(Path path, byte[] content) {
    return bytes(onDisk(path)).filter(b -> MessageDigest.isEqual(b, content)).isPresent();
  }

  private Optional<byte[]> firstState(Ledger.Entry entry) {
    return Optional.ofNullable(entry.backup()).flatMap(name -> bytes(stateFile(name)));
  }

  private Path stateFile(String name) {
    return below(state).resolve(name);
  }

  private Path below(Path path) {
    return root.resolve(path.getRoot().relativize(path)).normalize();
  }

  private static Path temporary(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".shoal");
  }

  private Ledger load() {
    Optional<byte[]> record = bytes(stateFile("ledger.json"));
    return record.isEmpty()
        ? Ledger.empty()
        : read(stateFile("ledger.json"), file -> JSON.readValue(file.toFile(), Ledger.class));
  }

  private void save() throws IOException {
    Path file = stateFile("ledger.json");
    Files.createDirectories(file.getParent());
    Path next = temporary(file);
    Files.write(next, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(ledger));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Optional<byte[]> bytes(Path file) {
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw UserError.failed("cannot read " + file + ": " + Causes.text(e));
    }
  }

  private interface Reading<T> {
    T from(Path file) throws IOException;
  }

  private static <T> T read(Path file, Reading<T> reading) {
    try {
      return reading.from(file);
    } catch (IOException e) {
      throw UserError.failed("cannot read " + file + ": " + Causes.text(e));
    }
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }
}
