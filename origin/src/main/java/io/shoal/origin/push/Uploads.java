package io.shoal.origin.push;

import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import io.shoal.origin.upstream.RepositoryRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The uploads under way, each a file of bytes and a file with the name of its repository, which are
 * found again after a restart. Bounded in number; unused ones expire. Thread-safe.
 */
final class Uploads {

  private static final Logger log = LoggerFactory.getLogger(Uploads.class);
  private static final String BYTES = ".bytes";
  private static final String OWNER = ".repository";

  private final Path folder;
  private final int max;
  private final Duration ttl;
  private final InstantSource clock;
  private final Map<String, Upload> running = new ConcurrentHashMap<>();

  private Uploads(Path folder, int max, Duration ttl, InstantSource clock) {
    this.folder = folder;
    this.max = max;
    this.ttl = ttl;
    this.clock = clock;
  }

  /**
   * The uploads in this folder.
   *
   * @param max at most so many
   * @param ttl how long one is kept that nobody goes on with
   */
  static Uploads open(Path folder, int max, Duration ttl, InstantSource clock) throws IOException {
    Files.createDirectories(folder);
    Uploads uploads = new Uploads(folder, max, ttl, clock);
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(BYTES)).toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      String id = name.substring(0, name.length() - BYTES.length());
      Path owner = folder.resolve(id + OWNER);
      if (Files.exists(owner)) {
        Instant lastUsed = Files.getLastModifiedTime(file).toInstant();
        uploads.running.put(id, new Upload(id, Files.readString(owner), file, lastUsed));
      } else {
        Files.delete(file);
      }
    }
    return uploads;
  }

  Upload begin(RepositoryRef repository) throws RegistryException, IOException {
    expire();
    String id = UUID.randomUUID().toString();
    Path file = folder.resolve(id + BYTES);
    Upload upload = new Upload(id, repository.toString(), file, clock.instant());
    synchronized (this) {
      if (running.size() >= max) {
        throw RegistryException.withStatus(
            503, RegistryErrorCode.UNAVAILABLE, "too many uploads under way (push.maxUploads)");
      }
      Files.writeString(folder.resolve(id + OWNER), repository.toString());
      Files.createFile(file);
      running.put(id, upload);
    }
    return upload;
  }

  /** The upload of this name, if it belongs to the repository. */
  Upload find(RepositoryRef repository, String id) throws RegistryException {
    Upload upload = running.get(id);
    if (upload == null || !upload.owner().equals(repository.toString())) {
      throw new RegistryException(
          RegistryErrorCode.BLOB_UPLOAD_UNKNOWN, "there is no such upload in " + repository);
    }
    upload.used(clock.instant());
    return upload;
  }

  /** Ends it; nothing of it stays. */
  void end(Upload upload) throws IOException {
    Files.deleteIfExists(upload.file());
    Files.deleteIfExists(folder.resolve(upload.id() + OWNER));
    running.remove(upload.id());
  }

  /** Ends those that nobody has gone on with for too long. */
  void expire() {
    Instant oldest = clock.instant().minus(ttl);
    for (Upload upload : running.values()) {
      if (upload.lastUsed().isBefore(oldest) && !upload.isBusy()) {
        try {
          end(upload);
          log.info("Upload {} to {} expired", upload.id(), upload.owner());
        } catch (IOException e) {
          log.warn("Upload {} to {} was not removed", upload.id(), upload.owner(), e);
        }
      }
    }
  }
}
