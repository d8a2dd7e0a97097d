//! What a person does with a private copy, and what the redactor says about it.

use conclave_protocol::{Category, FromRedact, Problem, RequestId, Span, ThreadId, ToRedact};

use super::{Blocked, Confirming, CopyStep, Copying, DRAFT, Destination, Keeping, PrivateCopy, redactor_rules};
use crate::state::AppState;
use crate::state::effect::Effect;
use crate::state::layout::Dialog;
use crate::state::redactor::RedactStatus;
use crate::state::section::Section;

/// What a person does in the dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyIntent {
    /// The text changed.
    Write(String),
    /// Typing paused: ask the redactor.
    AskNow,
    /// Show a step.
    Show(CopyStep),
    /// Keep or hide a value.
    Keep {
        /// Its token.
        token: String,
        /// Its kind.
        category: Category,
        /// Whether it stays in the text.
        keep: bool,
    },
    /// Keep or hide all values of a kind.
    KeepKind {
        /// The kind.
        category: Category,
        /// Whether they stay in the text.
        keep: bool,
    },
    /// Hide a stretch of the text as well.
    Hide(Span),
    /// The text goes there.
    GoTo(Destination),
    /// Say the second word.
    Confirm,
    /// Do not say it.
    Withdraw,
    /// Copy.
    Copy(Copying),
    /// The browser copied, or refused to.
    Copied {
        /// What.
        what: Copying,
        /// Whether it did.
        done: bool,
    },
    /// The answer changed.
    WriteAnswer(String),
    /// Put in the values of this conversation.
    ValuesOf(ThreadId),
    /// Forget the conversation's values; asks for a second word.
    AskForget,
}

impl AppState {
    /// The conversation that a text belongs to which is written now.
    #[must_use]
    pub fn copy_thread(&self) -> ThreadId {
        self.current_thread().map_or_else(|| ThreadId(DRAFT.to_owned()), |thread| thread.id.clone())
    }

    /// Whether the redactor runs and works by the person's rules, which have been read.
    #[must_use]
    pub fn redactor_works(&self) -> bool {
        self.connection.was_ready && self.redactor.works_by(&redactor_rules(&self.settings.privacy))
    }

    /// The redacted text as it may be copied now.
    pub fn redacted(&self) -> Result<&str, Blocked> {
        let copy = self.private_copy.as_ref().ok_or(Blocked::Empty)?;
        copy.redacted(self.redactor_works()).map_err(|blocked| self.why(blocked))
    }

    /// The restored answer as it may be copied now.
    pub fn restored(&self) -> Result<&conclave_protocol::Restored, Blocked> {
        let copy = self.private_copy.as_ref().ok_or(Blocked::Empty)?;
        copy.answer.restored(self.redactor_works()).map_err(|blocked| self.why(blocked))
    }

    /// What one waits for.
    fn why(&self, blocked: Blocked) -> Blocked {
        match (blocked, self.redactor.status) {
            (Blocked::Waiting, RedactStatus::Down) => Blocked::Down,
            (Blocked::Waiting, RedactStatus::Starting) => Blocked::Starting,
            (Blocked::Waiting, RedactStatus::Ready) if !self.connection.was_ready => Blocked::RulesUnknown,
            (blocked, _) => blocked,
        }
    }

    /// Opens the dialog with the composer's text, or where it was left with the same.
    pub(in crate::state) fn open_private_copy(&mut self, step: CopyStep) {
        let thread = self.copy_thread();
        let composed = &self.composer.text;
        if !self.private_copy.as_ref().is_some_and(|copy| copy.goes_on(&thread, composed)) {
            let before = self.private_copy.take().map(|copy| copy.destination);
            let mut copy = PrivateCopy::new(thread, composed.clone());
            // Who talks to one AI goes on talking to it.
            copy.go_to(before.unwrap_or_default(), &self.settings.privacy);
            copy.follow(&self.settings.privacy);
            self.private_copy = Some(copy);
        }
        if let Some(copy) = &mut self.private_copy {
            copy.step = step;
            copy.changed();
        }
        self.touch(Section::PrivateCopy);
        self.open(Dialog::PrivateCopy);
        self.ask_about_copy();
        self.count_values();
    }

    pub(in crate::state) fn in_private_copy(&mut self, intent: CopyIntent) {
        let Some(copy) = &mut self.private_copy else { return };
        self.update.sections.insert(Section::PrivateCopy);
        match intent {
            CopyIntent::Write(text) => {
                if copy.set_text(text) {
                    self.effect(Effect::ScheduleReview);
                }
            }
            CopyIntent::WriteAnswer(text) => {
                if copy.answer.set_text(text) {
                    copy.copied = None;
                    self.effect(Effect::ScheduleReview);
                }
            }
            CopyIntent::AskNow => self.ask_about_copy(),
            CopyIntent::Show(step) => {
                copy.step = step;
                copy.confirming = None;
                copy.copied = None;
                self.count_values();
            }
            CopyIntent::Keep { token, category, keep } => {
                copy.changed();
                let values = copy.values_of(&token);
                if keep && Destination::keeping(category) == Keeping::OnceConfirmed {
                    copy.confirming = Some(Confirming::Keep { token, category, values });
                } else {
                    copy.decide_each(category, values, keep);
                    self.ask_about_copy();
                }
            }
            CopyIntent::KeepKind { category, keep } => {
                copy.changed();
                if keep && Destination::keeping(category) == Keeping::OnceConfirmed {
                    copy.confirming = Some(Confirming::KeepAll(category));
                } else {
                    copy.decisions.decide_kind(category, keep);
                    self.ask_about_copy();
                }
            }
            CopyIntent::Hide(span) => {
                if copy.hide(span) {
                    self.ask_about_copy();
                }
            }
            CopyIntent::GoTo(destination) => {
                copy.go_to(destination, &self.settings.privacy);
                self.ask_about_copy();
            }
            CopyIntent::Withdraw => copy.confirming = None,
            CopyIntent::Confirm => match copy.confirming.take() {
                Some(Confirming::Keep { category, values, .. }) => {
                    copy.decide_each(category, values, true);
                    self.ask_about_copy();
                }
                Some(Confirming::KeepAll(category)) => {
                    // Those that are there, and none that may come.
                    let values = copy.values_of_kind(category);
                    copy.decide_each(category, values, true);
                    self.ask_about_copy();
                }
                Some(Confirming::Forget) => {
                    let thread = copy.answer.thread.clone();
                    self.forget_values(thread);
                }
                None => {}
            },
            CopyIntent::Copy(what) => {
                copy.copied = None;
                match what {
                    Copying::Redacted => self.copy_redacted(),
                    Copying::Restored => {
                        if let Ok(text) = self.restored().map(|restored| restored.text.clone()) {
                            self.effect(Effect::Copy { what, text });
                        }
                    }
                }
            }
            CopyIntent::Copied { what, done } => copy.copied = Some((what, done)),
            CopyIntent::ValuesOf(thread) => {
                copy.answer.thread = thread;
                copy.changed();
                copy.counts = None;
                self.ask_about_copy();
                self.count_values();
            }
            CopyIntent::AskForget => copy.confirming = Some(Confirming::Forget),
        }
    }

    /// What the redactor says.
    pub(in crate::state) fn hear_redactor(&mut self, message: FromRedact) {
        match message {
            FromRedact::Ready => {
                self.redactor.started();
                self.touch(Section::Marks);
                self.touch(Section::PrivateCopy);
                self.tell_rules();
                self.send_forgets();
                self.mark_now();
                self.ask_about_copy();
                self.count_values();
            }
            FromRedact::NamesKnown => {
                self.composer.ask_again();
                self.mark_now();
            }
            FromRedact::Configured { problems } => {
                self.redactor.configured(problems);
                self.touch(Section::Settings);
                self.touch(Section::PrivateCopy);
            }
            FromRedact::Marks { id, mut marks } => {
                // These are found for the sake of a destination alone.
                marks.retain(|mark| !self.settings.privacy.kept.contains(&mark.category));
                if self.composer.take_marks(id, &marks, self.now_ms) {
                    self.touch(Section::Marks);
                }
                // What was written meanwhile comes next.
                self.mark();
            }
            FromRedact::Reviewed { id, review } => {
                if self.private_copy.as_mut().is_some_and(|copy| copy.take(id, review)) {
                    self.touch(Section::PrivateCopy);
                    // Values of a kind that is kept may be new.
                    self.ask_about_copy();
                    self.count_values();
                }
            }
            FromRedact::Kept { id } => {
                if let Some(copy) = &mut self.private_copy
                    && copy.keeping.take_if(|asked| *asked == id).is_some()
                {
                    if let Some(known) = &mut copy.known {
                        known.is_kept = true;
                    }
                    self.copy_redacted();
                    self.count_values();
                }
            }
            FromRedact::Restored { id, restored } => {
                if self.private_copy.as_mut().is_some_and(|copy| copy.answer.take(id, restored)) {
                    self.touch(Section::PrivateCopy);
                }
            }
            FromRedact::Counted { id, counts } => {
                if let Some(copy) = &mut self.private_copy
                    && copy.counting.take_if(|asked| *asked == id).is_some()
                {
                    copy.counts = Some(counts);
                    self.touch(Section::PrivateCopy);
                }
            }
            FromRedact::Forgotten { id } => {
                if let Some(thread) = self.redactor.forgotten(id) {
                    self.on_forgotten(&thread);
                }
            }
            FromRedact::Failed { id, problem } => self.on_redactor_failed(id, problem),
        }
    }

    /// It died, or could not be started.
    pub(in crate::state) fn redactor_crashed(&mut self) {
        if self.redactor.crashed() {
            self.effect(Effect::StartRedact);
        }
        self.composer.ask_again();
        if let Some(copy) = &mut self.private_copy {
            copy.ask_again();
        }
        self.touch(Section::Marks);
        self.touch(Section::PrivateCopy);
    }

    /// Copies the redacted text, once the redactor keeps its values: without them the answer could not be restored.
    fn copy_redacted(&mut self) {
        let Ok(text) = self.redacted().map(str::to_owned) else { return };
        let Some(copy) = &mut self.private_copy else { return };
        if copy.known.as_ref().is_some_and(|known| known.is_kept) {
            self.effect(Effect::Copy { what: Copying::Redacted, text });
        } else if copy.keeping.is_none() {
            let id = self.redactor.number();
            copy.keeping = Some(id);
            let thread = copy.thread.clone();
            self.effect(Effect::Redact(ToRedact::Keep { id, thread }));
        }
    }

    /// Tells the redactor what a person decided, where it works by other rules.
    pub(in crate::state) fn tell_rules(&mut self) {
        // What can be copied also depends on whether the rules have been read.
        self.touch(Section::PrivateCopy);
        if let Some(copy) = &mut self.private_copy
            && copy.follow(&self.settings.privacy)
        {
            self.ask_about_copy();
        }
        let Some(message) = self.redactor.configure(redactor_rules(&self.settings.privacy)) else { return };
        self.effect(Effect::Redact(message));
        self.composer.ask_again();
        self.mark_now();
        if let Some(copy) = &mut self.private_copy {
            copy.ask_again();
        }
        self.ask_about_copy();
    }

    /// Forgets a conversation's tokens and values, now or as soon as the redactor runs.
    pub(in crate::state) fn forget_values(&mut self, thread: ThreadId) {
        self.redactor.forget(thread);
        self.send_forgets();
    }

    fn send_forgets(&mut self) {
        for message in self.redactor.forget_messages() {
            self.effect(Effect::Redact(message));
        }
    }

    fn on_forgotten(&mut self, thread: &ThreadId) {
        self.touch(Section::PrivateCopy);
        let Some(copy) =
            self.private_copy.as_mut().filter(|copy| copy.thread == *thread || copy.answer.thread == *thread)
        else {
            return;
        };
        // Another look at the text would only give its values tokens again.
        let step = copy.step;
        let destination = std::mem::take(&mut copy.destination);
        *copy = PrivateCopy { step, counts: Some(Vec::new()), ..PrivateCopy::new(copy.thread.clone(), String::new()) };
        copy.go_to(destination, &self.settings.privacy);
        copy.follow(&self.settings.privacy);
        self.announce("The values are forgotten.");
    }

    fn on_redactor_failed(&mut self, id: RequestId, problem: Problem) {
        if self.composer.refuse_marks(id, self.now_ms) {
            self.touch(Section::Marks);
            self.mark();
            return;
        }
        if self.redactor.forget_failed(id) {
            self.report(problem, None);
            return;
        }
        if let Some(copy) = &mut self.private_copy
            && (copy.refuse(id, &problem) || copy.refuse_keeping(id, &problem) || copy.answer.refuse(id, &problem))
        {
            self.touch(Section::PrivateCopy);
        }
    }

    /// Asks for what the dialog shows and does not have.
    fn ask_about_copy(&mut self) {
        let (Some(copy), RedactStatus::Ready) = (&mut self.private_copy, self.redactor.status) else { return };
        let messages = [copy.ask(&mut self.redactor), copy.answer.ask(&mut self.redactor)];
        for message in messages.into_iter().flatten() {
            self.effect(Effect::Redact(message));
        }
    }

    fn count_values(&mut self) {
        let (Some(copy), RedactStatus::Ready) = (&mut self.private_copy, self.redactor.status) else { return };
        if self.layout.dialog == Some(Dialog::PrivateCopy) && copy.step == CopyStep::Restore {
            let id = self.redactor.number();
            copy.counting = Some(id);
            let thread = copy.answer.thread.clone();
            self.effect(Effect::Redact(ToRedact::Count { id, thread }));
        }
    }
}
