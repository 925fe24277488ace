namespace Weir.Http.Http2.Frames;

/// <summary>One step of <see cref="FrameReader"/>; offsets are relative to the input of the call.</summary>
/// <param name="Status">What the step found.</param>
/// <param name="Consumed">Bytes of the input that are done with; never more than were given.</param>
/// <param name="Offset">Start of the stretch.</param>
/// <param name="Length">Length of the stretch.</param>
/// <param name="IsEnd">True if the frame carries nothing more; its padding may still come.</param>
public readonly record struct FrameStep(FrameStatus Status, int Consumed, int Offset, int Length, bool IsEnd);
