using System.Buffers;
using System.Net;
using System.Threading.Channels;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Weir.Diagnosis.Aws;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Sources.S3;

/// <summary>
/// Fetches one object in the background, as far ahead of its reader as its few pieces allow, and takes it up again where the
/// connection dropped. Begins when it is made; owned by its reader, or by the read-ahead until there is one. Never gives
/// bytes of two versions of an object.
/// </summary>
internal sealed class S3Download : IDisposable
{
    private readonly IAmazonS3 _client;
    private readonly S3Fetch _fetch;
    private readonly S3Patience _patience;
    private readonly CancellationTokenSource _end = new();
    private readonly Channel<S3Piece> _pieces = Channel.CreateBounded<S3Piece>(
        new BoundedChannelOptions(SourceLimits.MaxPieces) { SingleReader = true, SingleWriter = true });

    private long _offset;
    private int _disposed;

    public S3Download(IAmazonS3 client, S3Fetch fetch, S3Patience patience)
    {
        _client = client;
        _fetch = fetch;
        _patience = patience;
        _ = Task.Run(RunAsync);
    }

    private string Uri => $"s3://{_fetch.Bucket}/{_fetch.Key}";

    /// <summary>Waits for the first bytes. Throws <see cref="SourceException"/> if there are none to be had.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellation) => await _pieces.Reader.WaitToReadAsync(cancellation);

    /// <summary>The next bytes; null at the end. Waits in the calling thread.</summary>
    public S3Piece? Next()
    {
        while (true)
        {
            if (_pieces.Reader.TryRead(out S3Piece piece)) return piece;
            if (!_pieces.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult()) return null;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _end.Cancel();
        // The writer completes the channel when it sees the end; what it still writes is garbage, and none of it is waited for.
        while (_pieces.Reader.TryRead(out S3Piece piece)) ArrayPool<byte>.Shared.Return(piece.Buffer);
    }

    private async Task RunAsync()
    {
        try
        {
            for (int resumes = 0; ; resumes++)
            {
                if (resumes > 0) await Task.Delay(_patience.DelayBefore(resumes), _end.Token);
                Exception? drop = await FetchAsync();
                if (drop is null) break;
                if (resumes >= _patience.MaxResumes) throw Dropped(drop, resumes);
            }

            _pieces.Writer.Complete();
        }
        catch (OperationCanceledException)
        {
            _pieces.Writer.Complete();
        }
        catch (SourceException exception)
        {
            _pieces.Writer.Complete(exception);
        }
        catch (Exception exception)
        {
            // Whatever it is: the reader must hear of it, or it would take a part for the whole.
            _pieces.Writer.Complete(
                AwsProblem.Explain(exception, $"read {Uri}", "s3:GetObject on it, and kms:Decrypt if a KMS key encrypts it")
                ?? new SourceException($"cannot read {Uri}: {exception.Message}", exception));
        }
    }

    private SourceException Dropped(Exception drop, int resumes) => new(
        $"cannot read {Uri}: the connection dropped {Plural.Of(resumes + 1, "time")}, the last time at byte {_offset} of {_fetch.SizeBytes}: {AwsProblem.Innermost(drop)}", drop);

    // Fetches from where it stands to the end. Returns what dropped the connection, or null at the end.
    private async Task<Exception?> FetchAsync()
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        try
        {
            stall.CancelAfter(_patience.StallTime);
            using GetObjectResponse response = await _client.GetObjectAsync(Request(), stall.Token);
            // A store without ranges sends the object from its beginning.
            long skip = response.HttpStatusCode == HttpStatusCode.OK ? _offset : 0;
            while (_offset < _fetch.SizeBytes)
            {
                byte[] buffer = ArrayPool<byte>.Shared.Rent(SourceLimits.PieceBytes);
                stall.CancelAfter(_patience.StallTime);
                int read = await response.ResponseStream.ReadAsync(buffer, stall.Token);
                if (read == 0) return new EndOfStreamException("it ended too early");
                stall.CancelAfter(Timeout.InfiniteTimeSpan);
                skip = await PassOnAsync(buffer, read, skip);
            }

            return null;
        }
        catch (OperationCanceledException exception) when (!_end.IsCancellationRequested)
        {
            return new TimeoutException($"nothing came for {_patience.StallTime.TotalSeconds:0.#} s", exception);
        }
        catch (Exception exception) when (!_end.IsCancellationRequested && IsDrop(exception))
        {
            return exception;
        }
    }

    // Returns how much is still to be skipped.
    private async ValueTask<long> PassOnAsync(byte[] buffer, int read, long skip)
    {
        int skipped = (int)Math.Min(skip, read);
        if (skipped > 0) buffer.AsSpan(skipped, read - skipped).CopyTo(buffer);
        int length = (int)Math.Min(read - skipped, _fetch.SizeBytes - _offset);
        if (length == 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        else
        {
            await _pieces.Writer.WriteAsync(new S3Piece(buffer, length), _end.Token);
            _offset += length;
        }

        return skip - skipped;
    }

    private GetObjectRequest Request() => new()
    {
        BucketName = _fetch.Bucket,
        Key = _fetch.Key,
        EtagToMatch = _fetch.ETag,
        // Always a range, also from the beginning: for a whole object the SDK takes every ETag for an MD5 and throws where a
        // store has other ones.
        ByteRange = new ByteRange(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"bytes={_offset}-")),
    };

    private static bool IsDrop(Exception exception) => exception switch
    {
        SourceException => false,
        IOException or HttpRequestException => true,
        AmazonServiceException { InnerException: IOException or HttpRequestException } => true,
        AmazonServiceException service => (int)service.StatusCode >= 500 || service.ErrorCode is "SlowDown" or "RequestTimeout",
        _ => false,
    };
}
