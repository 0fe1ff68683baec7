namespace Turnpike.Hosting;

/// <summary>What the process's exit code says. Written down in <c>--help</c>.</summary>
internal static class ExitCodes
{
    /// <summary>Done; a server has drained and stopped.</summary>
    public const int Success = 0;

    /// <summary>It could not be done: an address in use, a store that cannot be reached, nothing of that name, an unsound
    /// installation.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration is wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>Ended by a second Ctrl+C, without draining: 128 and the number of SIGINT, as shells count.</summary>
    public const int Interrupted = 130;
}
