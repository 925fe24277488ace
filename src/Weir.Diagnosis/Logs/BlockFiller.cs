namespace Weir.Diagnosis.Logs;

/// <summary>
/// Cuts one text into blocks at line ends. Owned by the thread that reads the text. A line that is longer than a block is
/// passed over and counted.
/// </summary>
internal sealed class BlockFiller(ILogTextReader reader, string file, int node)
{
    private readonly byte[] _begun = new byte[LogPipelineLimits.BlockBytes];
    private int _begunBytes;
    private bool _passingOver;
    private bool _ended;

    /// <summary>Why there is no more, if that is before the end: a sentence for the user.</summary>
    public string? Damage { get; private set; }

    /// <summary>Fills a cleared block. False at the end, with nothing in it.</summary>
    public bool TryFill(LogBlock block)
    {
        block.File = file;
        block.Node = node;
        _begun.AsSpan(0, _begunBytes).CopyTo(block.Bytes);
        int length = _begunBytes;
        _begunBytes = 0;
        while (!_ended && length < block.Bytes.Length)
        {
            int read = Read(block.Bytes.AsSpan(length));
            _ended = read == 0;
            if (_passingOver)
                read = PassOver(block, read);

            length += read;
        }

        Cut(block, length);
        return block.Length > 0 || block.Tally.UnreadableLines > 0 || !_ended;
    }

    private int Read(Span<byte> destination)
    {
        try
        {
            return reader.Read(destination);
        }
        catch (IOException exception)
        {
            Damage = exception.Message;
            return 0;
        }
    }

    // Only at the beginning of a block: what had been read of the line is dropped already.
    private int PassOver(LogBlock block, int read)
    {
        int end = block.Bytes.AsSpan(0, read).IndexOf((byte)'\n');
        if (end < 0)
            return 0;

        _passingOver = false;
        block.Bytes.AsSpan(end + 1, read - end - 1).CopyTo(block.Bytes);
        return read - end - 1;
    }

    private void Cut(LogBlock block, int length)
    {
        var bytes = block.Bytes.AsSpan(0, length);
        int end = _ended ? length : bytes.LastIndexOf((byte)'\n') + 1;
        block.Length = end;
        if (end == 0 && length == block.Bytes.Length)
        {
            block.AddUnreadable(1);
            block.Tally.Lines++;
            _passingOver = true;
            return;
        }

        bytes[end..].CopyTo(_begun);
        _begunBytes = length - end;
    }
}
