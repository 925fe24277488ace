using System.Collections.Concurrent;

namespace Weir.Diagnosis.Logs;

/// <summary>
/// A thread that reads one text after the other, and hands their blocks to the parsers. It never holds more than its own
/// blocks, so that a reader of a later text cannot take the room of the one that is waited for.
/// </summary>
internal sealed class TextReaderThread
{
    private readonly BlockingCollection<LogBlock> _free = [];
    private readonly LogReading _reading;

    public TextReaderThread(LogReading reading, int blocks)
    {
        _reading = reading;
        for (int i = 0; i < blocks; i++)
            _free.Add(new LogBlock { Home = _free });
    }

    public void Start() => new Thread(Run) { IsBackground = true, Name = "log reader" }.Start();

    private void Run()
    {
        try
        {
            while (_reading.NextFeed() is { } feed)
                Read(feed);
        }
        catch (OperationCanceledException)
        {
            // The reading has ended before its end; whoever ended it knows why.
        }
    }

    private void Read(TextFeed feed)
    {
        try
        {
            using var reader = feed.Text.OpenTextAsync(_reading.Stopping).AsTask().GetAwaiter().GetResult();
            var filler = new BlockFiller(reader, feed.Text.Name, _reading.NodeOf(feed.Text));
            long counted = 0;
            for (bool more = true; more;)
            {
                var block = _free.Take(_reading.Stopping);
                block.Clear();
                more = filler.TryFill(block);
                feed.Blocks.Add(block);
                _reading.Parse(block);
                _reading.CountStored(reader.StoredBytesRead - counted);
                counted = reader.StoredBytesRead;
            }

            feed.Damage = filler.Damage ?? reader.DamageText;
        }
        catch (IOException exception)
        {
            feed.Damage = exception.Message;
        }
        finally
        {
            feed.Blocks.CompleteAdding();
        }
    }
}
