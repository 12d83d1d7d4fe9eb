package io.shoal.cli.dev.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The smallest program that makes an image worth running: a static ELF executable for Linux that
 * prints one line. Written by hand so that the generated image needs no compiler and no base image.
 */
enum HelloProgram {
  /** 64-bit x86. */
  AMD64("amd64", 62, 0x1000),
  /** 64-bit ARM. */
  ARM64("arm64", 183, 0x10000);

  static final String LINE = "Hello from Shoal. This image crossed the swarm.\n";

  private static final int FILE_HEADER_BYTES = 64;
  private static final int PROGRAM_HEADER_BYTES = 56;
  private static final long LOAD_ADDRESS = 0x400000;

  private final String ociArchitecture;
  private final int elfMachine;
  private final int pageBytes;

  HelloProgram(String ociArchitecture, int elfMachine, int pageBytes) {
    this.ociArchitecture = ociArchitecture;
    this.elfMachine = elfMachine;
    this.pageBytes = pageBytes;
  }

  /** The program for the machine whose {@code os.arch} this is; amd64 where that is unknown. */
  static HelloProgram forMachine(String osArch) {
    return switch (osArch.toLowerCase(Locale.ROOT)) {
      case "aarch64", "arm64" -> ARM64;
      default -> AMD64;
    };
  }

  /** What the image's configuration calls the machine. */
  String ociArchitecture() {
    return ociArchitecture;
  }

  /** The executable file: ELF header, one loadable segment, code, text. */
  byte[] executable() {
    byte[] line = LINE.getBytes(StandardCharsets.US_ASCII);
    byte[] code = this == AMD64 ? amd64Code(line.length) : arm64Code(line.length);
    int codeAt = FILE_HEADER_BYTES + PROGRAM_HEADER_BYTES;
    int fileBytes = codeAt + code.length + line.length;
    ByteBuffer elf = ByteBuffer.allocate(fileBytes).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    elf.putShort((short) 2).putShort((short) elfMachine).putInt(1);
    elf.putLong(LOAD_ADDRESS + codeAt).putLong(FILE_HEADER_BYTES).putLong(0).putInt(0);
    elf.putShort((short) FILE_HEADER_BYTES).putShort((short) PROGRAM_HEADER_BYTES);
    elf.putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
    // One segment, readable and executable: the whole file.
    elf.putInt(1).putInt(5).putLong(0).putLong(LOAD_ADDRESS).putLong(LOAD_ADDRESS);
    elf.putLong(fileBytes).putLong(fileBytes).putLong(pageBytes);
    elf.put(code).put(line);
    return elf.array();
  }

  /** {@code write(1, line, length); exit(0)}; the line starts right behind the code. */
  private static byte[] amd64Code(int lineBytes) {
    ByteBuffer code = ByteBuffer.allocate(33).order(ByteOrder.LITTLE_ENDIAN);
    code.put((byte) 0xb8).putInt(1); // mov eax, 1 (write)
    code.put((byte) 0xbf).putInt(1); // mov edi, 1
    code.put(new byte[] {0x48, (byte) 0x8d, 0x35}).putInt(16); // lea rsi, [rip + 16]
    code.put((byte) 0xba).putInt(lineBytes); // mov edx, length
    code.put(new byte[] {0x0f, 0x05}); // syscall
    code.put((byte) 0xb8).putInt(60); // mov eax, 60 (exit)
    code.put(new byte[] {0x31, (byte) 0xff}); // xor edi, edi
    code.put(new byte[] {0x0f, 0x05}); // syscall
    return code.array();
  }

  private static byte[] arm64Code(int lineBytes) {
    ByteBuffer code = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    code.putInt(movz(0, 1));
    code.putInt(0x10000001 | (28 / 4) << 5); // adr x1, 28 bytes on
    code.putInt(movz(2, lineBytes));
    code.putInt(movz(8, 64)); // write
    code.putInt(0xd4000001); // svc 0
    code.putInt(movz(0, 0));
    code.putInt(movz(8, 93)); // exit
    code.putInt(0xd4000001); // svc 0
    return code.array();
  }

  private static int movz(int register, int value) {
    return 0xd2800000 | value << 5 | register;
  }
}
