namespace Weir.Diagnosis.Probing;

/// <summary>HTTP/1.1 on a probe's connection. Owned by it.</summary>
internal sealed class Http1Dialogue(Stream stream, TimeProvider time) : IDialogue
{
    private const int BufferBytes = 16 * 1024;

    private readonly AnswerReader _reader = new(stream, time);

    public GoAway? GoAway => null;

    public Http2Settings? Settings => null;

    public async Task<AnswerOutcome> Ask(ProbeRequest request, bool asks, CancellationToken cancel)
    {
        long start = time.GetTimestamp();
        try
        {
            await stream.WriteAsync(request.Of(asks), cancel);
        }
        catch (IOException)
        {
            // What the target said before it closed may still be there to read.
        }

        return await _reader.Read(start, cancel);
    }

    public async Task<bool> ReadToEnd(Unasked unasked, CancellationToken cancel)
    {
        // What came behind the last answer was not asked for either.
        _reader.TakeRest(unasked);
        byte[] buffer = new byte[BufferBytes];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancel)) > 0)
        {
            unasked.Add(buffer.AsSpan(0, count));
        }

        return true;
    }
}
