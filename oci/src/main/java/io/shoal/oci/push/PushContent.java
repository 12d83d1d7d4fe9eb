package io.shoal.oci.push;

import io.shoal.core.content.Digest;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.registry.RegistryException;
import java.util.Optional;

/**
 * Where pushed content goes. Blocks, so it is asked on virtual threads. Thread-safe. What cannot be
 * done is a {@link RegistryException} with the status and code for the client.
 */
public interface PushContent {

  /** Begins an upload. */
  UploadState begin(ContentName name) throws RegistryException, InterruptedException;

  /** Makes a blob of one repository part of another; false if it is not there. */
  boolean mount(ContentName name, ContentName from, Digest digest)
      throws RegistryException, InterruptedException;

  /** How far an upload is. */
  UploadState state(ContentName name, String id) throws RegistryException, InterruptedException;

  /** Adds to an upload; what has arrived before a failure of the client stays. */
  UploadState append(ContentName name, String id, Chunk chunk)
      throws RegistryException, InterruptedException;

  /**
   * Adds the last part, checks the whole and keeps it durably; with other bytes the upload ends.
   */
  void finish(ContentName name, String id, Chunk chunk, Digest digest)
      throws RegistryException, InterruptedException;

  /** Ends an upload; nothing of it stays. */
  void cancel(ContentName name, String id) throws RegistryException, InterruptedException;

  /**
   * Keeps a manifest.
   *
   * @param tag what shall name it from now on, if anything
   * @return the manifest that this one refers to, if that is listed from now on
   */
  Optional<Digest> putManifest(ContentName name, Optional<String> tag, PushedManifest manifest)
      throws RegistryException, InterruptedException;

  /** Whether the operator lets clients delete. */
  boolean mayDelete(ContentName name);

  /** Forgets a tag. */
  void deleteTag(ContentName name, String tag) throws RegistryException, InterruptedException;

  /** Forgets a manifest and the tags that name it. */
  void deleteManifest(ContentName name, Digest digest)
      throws RegistryException, InterruptedException;

  /** Takes a blob out of a repository. */
  void deleteBlob(ContentName name, Digest digest) throws RegistryException, InterruptedException;
}
