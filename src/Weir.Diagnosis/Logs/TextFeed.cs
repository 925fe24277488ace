using System.Collections.Concurrent;

namespace Weir.Diagnosis.Logs;

/// <summary>One text on its way: its blocks in their order, each to be waited for until it is parsed.</summary>
internal sealed class TextFeed(ILogText text)
{
    public ILogText Text => text;

    /// <summary>Completed after the last one.</summary>
    public BlockingCollection<LogBlock> Blocks { get; } = [];

    /// <summary>A sentence if the text could not be had, or not to its end. To be read after the last block.</summary>
    public string? Damage { get; set; }
}
