namespace Weir.Http.Tests;

public sealed class AllocationTests
{
    [Fact]
    public void Codecs_InSteadyState_AllocateNothing()
    {
        byte[] request = Wire.Bytes(
            "POST /p?q HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, x\r\nX: y\r\nTransfer-Encoding: chunked\r\n"
            + "Expect: 100-continue\r\nContent-Length : 5\r\nUpgrade: h2c\r\n folded\r\n\r\n");
        byte[] response = Wire.Bytes(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nKeep-Alive: timeout=5\r\nSet-Cookie: a=b\r\n\r\n");
        byte[] body = Wire.Bytes("5;x\r\nhello\r\n0\r\nX: y\r\n\r\n");
        RequestHead requestHead = new();
        ResponseHead responseHead = new();
        byte[] room = new byte[1024];

        Allocations.AssertNone(_ => Exchange(requestHead, responseHead, request, response, body, room) == 4);
    }

    // 4 if everything came to its end.
    private static int Exchange(
        RequestHead requestHead, ResponseHead responseHead, byte[] request, byte[] response, byte[] body, byte[] room)
    {
        int done = 0;
        HeadScanner scanner = default;
        RequestParser.Parse(requestHead, request, 0, request.Length / 2, ref scanner, out _);
        if (RequestParser.Parse(requestHead, request, 0, request.Length, ref scanner, out _) == ParseStatus.Complete)
        {
            done++;
        }

        if (ResponseParser.Parse(
            responseHead, RequestMethod.Get, response, 0, response.Length, ref scanner, out _) == ParseStatus.Complete)
        {
            done++;
        }

        ChunkedDecoder decoder = default;
        int at = 0;
        ChunkedStep step;
        do
        {
            step = decoder.Decode(body.AsSpan(at));
            at += step.Consumed;
        }
        while (step.Status == ChunkedStatus.Data);

        HeadWriter writer = new(room);
        writer.AppendStatusLine(200);
        writer.AppendDate(at);
        for (int index = 0; index < responseHead.Fields.Count; index++)
        {
            writer.AppendField(responseHead.Fields.Name(index), responseHead.Fields.Value(index));
        }

        writer.AppendDecimal(at);
        return done + (step.Status == ChunkedStatus.Complete ? 1 : 0) + (writer.Overflowed ? 0 : 1);
    }
}
