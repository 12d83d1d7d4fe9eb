package io.shoal.oci.registry;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/**
 * A part of a file that others read, too: releasing it leaves the file open. It is a {@code
 * DefaultFileRegion} because Netty's epoll transport sends only those by sendfile.
 */
final class SharedFileRegion extends DefaultFileRegion {

  SharedFileRegion(FileChannel file, long position, long length) {
    super(file, position, length);
  }

  @Override
  protected void deallocate() {
    // The channel belongs to the blob's content.
  }
}
