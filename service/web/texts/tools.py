"""What readers can do with an answer: copy, print, files, links, judgements. German, English."""

TEXTS: dict[str, tuple[str, str]] = {
    # beside an answer
    "tools_title": ("Antwort weiterverwenden", "Use this answer"),
    "tools_copy": ("Kopieren", "Copy"),
    "tools_copied": ("Die Antwort ist mit Fußnoten kopiert.", "The answer is copied with its footnotes."),
    "tools_copy_failed": (
        "Kopieren war nicht möglich. Bitte laden Sie die Antwort als Text.",
        "Copying was not possible. Please download the answer as text.",
    ),
    "tools_gone": (
        "Diese Antwort ist nicht mehr bekannt. Bitte stellen Sie die Frage noch einmal.",
        "This answer is no longer known. Please ask the question again.",
    ),
    "tools_print": ("Drucken", "Print"),
    "tools_conversation": ("mit den Fragen und Antworten davor", "with the questions and answers before"),
    "tools_as": ("Laden als:", "Download as:"),
    "tools_pdf": ("Als PDF laden", "Download as PDF"),
    "tools_docx": ("Als Word-Datei laden", "Download as Word file"),
    "tools_md": ("Als Markdown laden", "Download as Markdown"),
    "tools_txt": ("Als Text laden", "Download as text"),
    "tools_too_long": (
        "Diese Antwort ist zu lang zum Laden. Sie können die Seite drucken.",
        "This answer is too long to download. You can print the page.",
    ),
    "tools_addresses": ("Adressen der Quellen", "Addresses of the sources"),
    # what is kept
    "kept_title": ("Auskunft aus Ratsunterlagen", "Answer from council documents"),
    "kept_question": ("Frage", "Question"),
    "kept_question_n": ("Frage {number}", "Question {number}"),
    "kept_understood": ("Verstanden als:", "Understood as:"),
    "kept_answer": ("Antwort", "Answer"),
    "kept_scope": ("Umfang der Suche", "What was searched"),
    "kept_ai": ("KI-Hinweis:", "AI notice:"),
    "kept_by_model": ("von KI formuliert", "worded by AI"),
    "kept_label": (
        "Ratslotse hat diese Auskunft zusammengestellt: ein Programm mit KI-Suche, kein Mensch. Kein Satz ist von KI erzeugt. "
        "Text in Anführungszeichen ist wörtlich zitiert. Der Rest sind feste Sätze des Programms. Betrieben von: {operator}. "
        "Maßgeblich sind allein die Originaldokumente.",
        "Ratslotse put this answer together: a program with AI search, no human being. No sentence is made by AI. "
        "Text in quotation marks is quoted word for word. The rest are fixed sentences of the program. Run by: {operator}. "
        "Only the original documents are authoritative.",
    ),
    "kept_label_generated": (
        "Ratslotse hat diese Auskunft zusammengestellt: ein Programm, kein Mensch. "
        "Sätze mit dem Zusatz „von KI formuliert“ hat ein Sprachmodell (KI) geschrieben. Sie können falsch sein. "
        "Text in Anführungszeichen ist wörtlich zitiert. Betrieben von: {operator}. "
        "Maßgeblich sind allein die Originaldokumente.",
        "Ratslotse put this answer together: a program, no human being. "
        "Sentences marked “worded by AI” were written by a language model (AI). They may be wrong. "
        "Text in quotation marks is quoted word for word. Run by: {operator}. "
        "Only the original documents are authoritative.",
    ),
    "kept_made": ("Beantwortet am {time} von {address}", "Answered on {time} by {address}"),
    "kept_columns": ("(Spalten: {heads})", "(columns: {heads})"),
    "kept_gone": (
        "Diese Quelle ist nicht mehr öffentlich oder hat sich geändert.",
        "This source is no longer public or has changed.",
    ),
    "kept_withheld": (
        "[Diese Aussage fehlt: Ihre Quelle ist nicht mehr öffentlich oder hat sich geändert.]",
        "[This statement is missing: its source is no longer public or has changed.]",
    ),
    "kept_notices_withheld": (
        "Hinweise zu dieser Antwort fehlen, weil Unterlagen nicht mehr öffentlich sind.",
        "Notices on this answer are missing because documents are no longer public.",
    ),
    # links
    "share_text": (
        "Ein Link zeigt diese Antwort {days} Tage lang allen, die ihn kennen. Dazu wird sie so lange gespeichert.",
        "A link shows this answer for {days} days to anyone who knows it. For that long it is stored.",
    ),
    "share_summary": ("Antwort teilen", "Share this answer"),
    "share_button": ("Link erstellen", "Create a link"),
    "share_title": ("Ihr Link", "Your link"),
    "share_address": ("Link zur Antwort:", "Link to the answer:"),
    "share_until": ("Er gilt bis {day}.", "It works until {day}."),
    "share_copy": ("Link kopieren", "Copy the link"),
    "share_copied": ("Der Link ist kopiert.", "The link is copied."),
    "share_copy_failed": (
        "Kopieren war nicht möglich. Bitte markieren Sie den Link.",
        "Copying was not possible. Please select the link.",
    ),
    "share_revoking": ("Link zum Widerrufen:", "Link to revoke it:"),
    "share_once": (
        "Bitte bewahren Sie den Link zum Widerrufen auf. Er wird nur dieses eine Mal gezeigt.",
        "Please keep the link to revoke it. It is shown only this once.",
    ),
    "share_failed": (
        "Der Link konnte nicht erstellt werden. Bitte versuchen Sie es später noch einmal.",
        "The link could not be created. Please try again later.",
    ),
    "shared_until": (
        "Diese Antwort wurde geteilt. Der Link gilt bis {day}.",
        "This answer was shared. The link works until {day}.",
    ),
    "revoke_title": ("Link widerrufen", "Revoke the link"),
    "revoke_text": (
        "Danach zeigt der Link nichts mehr, und die gespeicherte Antwort ist gelöscht.",
        "After that the link shows nothing, and the stored answer is deleted.",
    ),
    "revoke_button": ("Widerrufen und löschen", "Revoke and delete"),
    "revoked": ("Der Link ist widerrufen, die gespeicherte Antwort gelöscht.", "The link is revoked, the stored answer deleted."),
    # judgements
    "judge_title": ("Ihr Urteil", "Your opinion"),
    "judge_question": ("War diese Antwort hilfreich?", "Was this answer helpful?"),
    "judge_up": ("Ja, hilfreich", "Yes, helpful"),
    "judge_down": ("Nein, nicht hilfreich", "No, not helpful"),
    "judge_text": (
        "Gespeichert werden Ihr Urteil und die Frage, {days} Tage lang, ohne Ihre Adresse. Bitte nennen Sie keine Namen.",
        "Your opinion and the question are stored for {days} days, without your address. Please give no names.",
    ),
    "judge_more": ("Grund angeben (freiwillig)", "Give a reason (optional)"),
    "judge_reason": ("Grund", "Reason"),
    "judge_reason_none": ("keiner", "none"),
    "judge_reason_wrong": ("Die Antwort ist falsch", "The answer is wrong"),
    "judge_reason_incomplete": ("Es fehlt etwas", "Something is missing"),
    "judge_reason_misunderstood": ("Die Frage wurde falsch verstanden", "The question was misunderstood"),
    "judge_reason_source": ("Die Quelle passt nicht", "The source does not fit"),
    "judge_reason_other": ("Anderes", "Something else"),
    "judge_words": ("In Ihren Worten", "In your own words"),
    "judge_failed": (
        "Ihr Urteil konnte nicht gespeichert werden. Bitte versuchen Sie es später noch einmal.",
        "Your opinion could not be stored. Please try again later.",
    ),
    "judged": ("Danke. Ihr Urteil ist gespeichert.", "Thank you. Your opinion is stored."),
    "judge_withdraw": ("Urteil zurücknehmen", "Withdraw the opinion"),
    "judged_withdrawn": ("Ihr Urteil ist gelöscht.", "Your opinion is deleted."),
    "told_back": (
        "Mit „Zurück“ in Ihrem Browser kommen Sie wieder zur Antwort.",
        "With “Back” in your browser you return to the answer.",
    ),
    # the operator's page
    "judgements_title": ("Urteile über Antworten", "Opinions on answers"),
    "judgements_counted": (
        "Hilfreich: {up}. Nicht hilfreich: {down}. Jedes Urteil wird nach {days} Tagen gelöscht.",
        "Helpful: {up}. Not helpful: {down}. Each opinion is deleted after {days} days.",
    ),
    "judgements_csv": ("Alle als CSV-Datei laden", "Download all as a CSV file"),
    "judged_up": ("Hilfreich", "Helpful"),
    "judged_down": ("Nicht hilfreich", "Not helpful"),
}
