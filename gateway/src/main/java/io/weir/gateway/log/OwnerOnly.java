package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Permissions of what the gateway keeps: readings and their senders are nobody's business but its
 * own. 0700 for folders and 0600 for files, where the file system knows such permissions; what root
 * makes among them is the owner's too.
 */
public final class OwnerOnly {

  private static final boolean KNOWN =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));

  private OwnerOnly() {}

  /** For a new file. */
  public static FileAttribute<?>[] file() {
    return attributes("rw-------");
  }

  /** For a new folder. */
  public static FileAttribute<?>[] directory() {
    return attributes("rwx------");
  }

  private static FileAttribute<?>[] attributes(String permissions) {
    return KNOWN
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /**
   * Gives what root made in a folder that is another user's alone to that user, so that a command
   * of root, as a restore, leaves nothing that the gateway cannot open. What stood there before
   * keeps its owner: that user may have put a hard link to another's file there. A link is not
   * followed. Does nothing where the file system takes no other owner, as some of a network or a
   * container.
   *
   * @param made just now
   */
  static void giveToOwnerOfFolder(Path made) throws IOException {
    Path folder = made.toAbsolutePath().getParent();
    if (!KNOWN || !IS_ROOT || folder == null || isOpen(folder.toRealPath())) {
      return;
    }
    UserPrincipal owner = Files.getOwner(folder);
    FileOwnerAttributeView view =
        Files.getFileAttributeView(made, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (!owner.equals(view.getOwner())) {
      try {
        view.setOwner(owner);
      } catch (FileSystemException refused) {
        // it stays root's
      }
    }
  }

  /**
   * Takes from everybody else what they may do with a folder and all in it. Where the folder itself
   * is closed to them already, nothing in it is looked at.
   *
   * @return how many files and folders were open to others
   * @throws IOException if a permission cannot be changed, after all others were
   */
  public static int restrict(Path root) throws IOException {
    if (!KNOWN || !isOpen(root)) {
      return 0;
    }
    Restriction restriction = new Restriction();
    Files.walkFileTree(root, restriction);
    if (restriction.failure != null) {
      throw restriction.failure;
    }
    return restriction.changed;
  }

  private static boolean isOpen(Path path) throws IOException {
    return !OWNERS.containsAll(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * Each folder after what is in it, so that a start that is cut off leaves the rest to the next.
   */
  private static final class Restriction extends SimpleFileVisitor<Path> {

    private int changed;
    private @Nullable IOException failure;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!attributes.isSymbolicLink()) {
        restrictOne(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException cause) {
      failure = cause;
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException cause) {
      restrictOne(directory);
      return FileVisitResult.CONTINUE;
    }

    private void restrictOne(Path path) {
      try {
        if (isOpen(path)) {
          Set<PosixFilePermission> left =
              EnumSet.copyOf(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
          left.retainAll(OWNERS);
          Files.setPosixFilePermissions(path, left);
          changed++;
        }
      } catch (IOException e) {
        failure = e;
      }
    }
  }
}
