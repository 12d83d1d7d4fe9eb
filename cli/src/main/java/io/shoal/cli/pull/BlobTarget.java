package io.shoal.cli.pull;

import io.shoal.core.content.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Where the blobs of a pull go. Called by several threads, each with a blob of its own. */
public interface BlobTarget {

  /** Keeps nothing. */
  BlobTarget NOWHERE =
      (digest, bytes) ->
          new BlobFile() {
            @Override
            public long resume(MessageDigest hash) {
              return 0;
            }

            @Override
            public void write(ByteBuffer content) {
              content.position(content.limit());
            }

            @Override
            public void discard() {
              // nothing is kept
            }

            @Override
            public void complete() {
              // nothing is kept
            }

            @Override
            public void close() {
              // nothing is held
            }
          };

  /** Opens the place of one blob. */
  BlobFile open(Digest digest, long bytes) throws IOException;

  /** The place of one blob. Not thread-safe. */
  interface BlobFile extends AutoCloseable {

    /** What an earlier pull has left, from the beginning: puts it through the hash. */
    long resume(MessageDigest hash) throws IOException;

    /** Adds the next bytes. */
    void write(ByteBuffer content) throws IOException;

    /** Forgets what is there; the next byte is the first. */
    void discard() throws IOException;

    /** All is there and has the right digest. */
    void complete() throws IOException;

    /** Lets go; what is there stays for the next pull. */
    @Override
    void close() throws IOException;
  }
}
