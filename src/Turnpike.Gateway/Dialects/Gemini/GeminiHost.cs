namespace Turnpike.Gateway.Dialects.Gemini;

/// <summary>Who serves the model: both speak the dialect, with small differences.</summary>
internal enum GeminiHost
{
    /// <summary>The Gemini API (AI Studio). It fetches only files that were uploaded to it, and YouTube.</summary>
    GeminiApi,

    /// <summary>Vertex AI. It fetches any address, and knows no ids of function calls.</summary>
    Vertex,
}
