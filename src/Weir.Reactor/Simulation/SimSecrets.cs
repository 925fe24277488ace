using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// While one is open, what OpenSSL takes for random on this thread comes from a seed. Keys, nonces and tickets have numbers in
/// them whose encoding is as long as the number happens to be, so without it neither the bytes nor the lengths of a simulated
/// course over TLS depend on its seed alone. Other threads keep OpenSSL's own generator.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed unsafe class SimSecrets : IDisposable
{
    [ThreadStatic]
    private static LoopRandom? _random;

    private SimSecrets(ulong seed)
    {
        if (_random is not null)
        {
            throw new InvalidOperationException("this thread has a seed for its secrets already");
        }

        Method.Install();
        _random = new LoopRandom(seed);
    }

    /// <summary>For tests and simulations only: whoever knows the seed knows every secret.</summary>
    public static SimSecrets Seeded(ulong seed) => new(seed);

    public void Dispose() => _random = null;

    // OpenSSL asks the method of the process for all random bytes, those of its default generator included.
    private static class Method
    {
        private static readonly RandMethod* _own = OpenSsl.RAND_OpenSSL();
        private static readonly RandMethod* _method = Make();

        // The static constructor has done it, once for the process.
        public static void Install() => _ = _method;

        private static RandMethod* Make()
        {
            var method = (RandMethod*)NativeMemory.Alloc((nuint)sizeof(RandMethod));
            *method = *_own;
            method->Bytes = &Bytes;
            method->PseudoBytes = &Bytes;
            if (OpenSsl.RAND_set_rand_method(method) != 1)
            {
                throw new InvalidOperationException("OpenSSL takes no generator of random bytes");
            }

            return method;
        }

        [UnmanagedCallersOnly]
        private static int Bytes(byte* buffer, int count)
        {
            if (_random is not { } random)
            {
                return _own->Bytes(buffer, count);
            }

            for (int i = 0; i < count; i++)
            {
                buffer[i] = (byte)random.Next(256);
            }

            return 1;
        }
    }
}
