namespace Turnpike.Hosting.Logging;

/// <summary>How log lines are written.</summary>
internal enum LogFormat
{
    /// <summary>For people at a terminal.</summary>
    Text,

    /// <summary>One JSON object a line, for everything else.</summary>
    Json,
}
