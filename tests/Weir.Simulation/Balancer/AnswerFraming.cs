namespace Weir.Simulation.Balancer;

/// <summary>How a target says where its answer's body ends.</summary>
internal enum AnswerFraming
{
    Length,
    Chunked,
    ChunkedWithTrailers,
    UntilClose,
}
