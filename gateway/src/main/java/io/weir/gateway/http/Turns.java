package io.weir.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Lets the connections of an event loop take turns. What one read brings may hold thousands of
 * requests, and each is answered at once: a hundred connections that send so would keep the loop
 * for seconds from all others, such as those who ask whether the process works. So bytes go on in
 * pieces, and once {@value #MOST_ANSWERS} answers were given, the rest waits for the loop's next
 * round; until then nothing more is read. Pieces grow where nothing was answered, so that a body
 * stays in few of them. It stands before what makes requests of bytes. Its channel's event loop
 * owns it.
 */
final class Turns extends ChannelDuplexHandler {

  /** In one turn, or those of one piece where these are more. */
  static final int MOST_ANSWERS = 16;

  private static final int SMALLEST_PIECE = 1 << 10;
  private static final int LARGEST_PIECE = 1 << 13;

  private final Connection connection;
  private final Queue<ByteBuf> waiting = new ArrayDeque<>();

  private int piece = SMALLEST_PIECE;
  private boolean due;
  private boolean readAsked;

  Turns(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) {
      waiting.add(bytes);
      if (!due) {
        turn(context);
        readIfAsked(context);
      }
    } else {
      context.fireChannelRead(message);
    }
  }

  private void turn(ChannelHandlerContext context) {
    long before = connection.answers();
    while (!waiting.isEmpty() && context.channel().isActive()) {
      long answers = connection.answers();
      if (answers - before >= MOST_ANSWERS) {
        due = true;
        // Later, be it by nothing: what is due now runs before the loop reads from others.
        context.executor().schedule(() -> next(context), 1, TimeUnit.NANOSECONDS);
        return;
      }
      ByteBuf bytes = waiting.element();
      if (bytes.readableBytes() <= piece) {
        waiting.remove();
        context.fireChannelRead(bytes);
      } else {
        context.fireChannelRead(bytes.readRetainedSlice(piece));
      }
      piece = connection.answers() > answers ? SMALLEST_PIECE : Math.min(2 * piece, LARGEST_PIECE);
    }
  }

  private void next(ChannelHandlerContext context) {
    due = false;
    if (context.isRemoved()) {
      return;
    }
    turn(context);
    context.fireChannelReadComplete();
    readIfAsked(context);
  }

  private void readIfAsked(ChannelHandlerContext context) {
    if (readAsked && waiting.isEmpty()) {
      readAsked = false;
      context.read();
    }
  }

  /** Nothing more is read while something waits, so that it is one read at most that does. */
  @Override
  public void read(ChannelHandlerContext context) {
    if (waiting.isEmpty()) {
      context.read();
    } else {
      readAsked = true;
    }
  }

  /** What nobody waits for any more is thrown away. */
  @Override
  public void channelInactive(ChannelHandlerContext context) {
    release();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    release();
  }

  private void release() {
    waiting.forEach(ByteBuf::release);
    waiting.clear();
  }
}
