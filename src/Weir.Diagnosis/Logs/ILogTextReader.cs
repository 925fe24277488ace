namespace Weir.Diagnosis.Logs;

/// <summary>The text of an <see cref="ILogText"/>. Owned by whoever opened it and read by one thread at a time.</summary>
public interface ILogTextReader : IDisposable
{
    /// <summary>Bytes taken from the object as it is stored.</summary>
    long StoredBytesRead { get; }

    /// <summary>What stopped the reading before the end, a sentence for the user; null if nothing did.</summary>
    string? DamageText { get; }

    /// <summary>0 at the end. An <see cref="IOException"/> says, in a sentence for the user, why there is no more.</summary>
    int Read(Span<byte> buffer);
}
