using System.Runtime.InteropServices;
using System.Text;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// All errors of a log, in the order in which they came: so many in memory, the ones before them in a temporary file,
/// which nobody else can open where the system allows that, and which is gone when this is disposed of.
/// </summary>
internal sealed class ErrorCaseStore : IDisposable
{
    /// <summary>Errors in memory: some 250 bytes each with their trace ids.</summary>
    public const int MaxChunksInMemory = 16;

    private readonly List<ErrorChunk> _chunks = [];
    private FileStream? _file;
    private int _firstInMemory;

    public long Count { get; private set; }

    public void Add(in ErrorCase added, string? traceId, ushort[]? lags)
    {
        if (_chunks.Count == 0 || _chunks[^1].Count == ErrorChunk.Capacity)
        {
            AddChunk();
        }

        ErrorChunk chunk = _chunks[^1];
        chunk.Cases[chunk.Count] = added;
        chunk.TraceIds[chunk.Count] = traceId;
        chunk.Lags[chunk.Count] = lags;
        chunk.Count++;
        Count++;
    }

    /// <summary>All chunks, the oldest first. A chunk is good until the next is asked for.</summary>
    public IEnumerable<ErrorChunk> Read()
    {
        if (_file is not null)
        {
            _file.Position = 0;
            using var reader = new BinaryReader(_file, Encoding.UTF8, leaveOpen: true);
            var chunk = new ErrorChunk();
            for (int i = 0; i < _firstInMemory; i++)
            {
                ReadChunk(reader, chunk);
                yield return chunk;
            }
        }

        foreach (ErrorChunk chunk in _chunks)
        {
            yield return chunk;
        }
    }

    public void Dispose() => _file?.Dispose();

    private void AddChunk()
    {
        if (_chunks.Count < MaxChunksInMemory)
        {
            _chunks.Add(new ErrorChunk());
            return;
        }

        ErrorChunk oldest = _chunks[0];
        _file ??= new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
            1 << 16, FileOptions.DeleteOnClose);
        using (var writer = new BinaryWriter(_file, Encoding.UTF8, leaveOpen: true))
        {
            WriteChunk(writer, oldest);
        }

        _firstInMemory++;
        oldest.Clear();
        _chunks.RemoveAt(0);
        _chunks.Add(oldest);
    }

    private static void WriteChunk(BinaryWriter writer, ErrorChunk chunk)
    {
        writer.Write(MemoryMarshal.AsBytes(chunk.Cases.AsSpan()));
        for (int i = 0; i < ErrorChunk.Capacity; i++)
        {
            writer.Write(chunk.TraceIds[i] is not null);
            writer.Write(chunk.TraceIds[i] ?? "");
            ushort[] lags = chunk.Lags[i] ?? [];
            writer.Write(chunk.Lags[i] is null ? -1 : lags.Length);
            writer.Write(MemoryMarshal.AsBytes(lags.AsSpan()));
        }
    }

    private static void ReadChunk(BinaryReader reader, ErrorChunk chunk)
    {
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(chunk.Cases.AsSpan()));
        chunk.Count = ErrorChunk.Capacity;
        for (int i = 0; i < ErrorChunk.Capacity; i++)
        {
            bool hasTrace = reader.ReadBoolean();
            string trace = reader.ReadString();
            chunk.TraceIds[i] = hasTrace ? trace : null;
            int lags = reader.ReadInt32();
            chunk.Lags[i] = lags < 0 ? null : new ushort[lags];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(chunk.Lags[i].AsSpan()));
        }
    }
}
