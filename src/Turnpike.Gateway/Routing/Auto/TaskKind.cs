namespace Turnpike.Gateway.Routing.Auto;

/// <summary>What a prompt asks for.</summary>
internal enum TaskKind
{
    CodeGeneration,
    CodeDebugging,
    CodeReview,
    Agent,
    Math,
    Reasoning,
    Knowledge,
    Advice,
    CreativeWriting,
    BusinessWriting,
    Editing,
    Translation,
    Summarisation,
    Extraction,
    Classification,
    Roleplay,
    DataAnalysis,
    Brainstorming,
    ChitChat,
}
