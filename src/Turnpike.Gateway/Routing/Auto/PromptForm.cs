namespace Turnpike.Gateway.Routing.Auto;

/// <summary>What the form of a prompt tells, beside its words. Their order is part of what the model of kinds was trained on.</summary>
internal enum PromptForm
{
    /// <summary>The request has tools.</summary>
    Tools,

    /// <summary>Tools have been called already.</summary>
    ToolTurns,

    /// <summary>The answer must be JSON.</summary>
    Json,

    /// <summary>A block of code between fences.</summary>
    Fence,

    /// <summary>Begins with what somebody does, between stars.</summary>
    Star,

    /// <summary>A few characters.</summary>
    Tiny,

    /// <summary>Ends with a question mark.</summary>
    Question,

    /// <summary>Digits and operators make up much of it.</summary>
    Mathy,

    /// <summary>Lines with the same number of commas.</summary>
    Csv,

    /// <summary>Short, with two numbers or more.</summary>
    Numbers,
}
