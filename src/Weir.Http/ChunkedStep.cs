namespace Weir.Http;

/// <summary>One step of <see cref="ChunkedDecoder"/>; offsets are relative to the input of the call.</summary>
/// <param name="Status">What the step found.</param>
/// <param name="Consumed">Bytes of the input that are done with; never more than were given.</param>
/// <param name="Offset">Start of the data, or of the trailers when complete.</param>
/// <param name="Length">
/// Length of the data, or of the trailer lines with their line ends but without the final empty line. Not all of them may
/// go on: <see cref="TrailerFields.RemoveForbidden"/>.
/// </param>
public readonly record struct ChunkedStep(ChunkedStatus Status, int Consumed, int Offset, int Length);
