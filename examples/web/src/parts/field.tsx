/** Fields with their label, hint and fault, tied together for those who hear them. */
import type { ComponentChildren, JSX } from 'preact'
import { useContext, useId, useState } from 'preact/hooks'
import { useApp } from '../context.ts'
import { FormFaults } from './form.tsx'
import { Icon } from './icon.tsx'

interface FieldProps {
  name: string
  label: string
  hint?: string | undefined
  value?: string | undefined
  optional?: boolean
  /** Takes the focus when its screen comes. */
  first?: boolean
}

interface TextFieldProps extends FieldProps {
  type?: 'text' | 'email' | 'tel' | 'search' | 'number' | 'date'
  autoComplete?: string
}

export function TextField({ type = 'text', autoComplete = 'off', ...field }: TextFieldProps) {
  // Addresses and numbers read from left to right in every language.
  const direction = type === 'text' || type === 'search' ? 'auto' : 'ltr'
  return (
    <Field {...field}>
      {/* The attributes' types hold for one kind of input at a time. */}
      {(props) => (
        <input {...props} type={type as 'text'} autoComplete={autoComplete} dir={direction} spellcheck={false} />
      )}
    </Field>
  )
}

export function PasswordField({ autoComplete, ...field }: FieldProps & { autoComplete: string }) {
  const { t } = useApp()
  const [isShown, setShown] = useState(false)
  return (
    <Field {...field}>
      {(props) => (
        <div class="with-button">
          <input
            {...props}
            type={(isShown ? 'text' : 'password') as 'text'}
            autoComplete={autoComplete}
            dir="ltr"
            spellcheck={false}
          />
          <button
            type="button"
            class="button icon-only"
            aria-pressed={isShown}
            aria-label={isShown ? t.signIn.hide : t.signIn.show}
            title={isShown ? t.signIn.hide : t.signIn.show}
            onClick={() => setShown(!isShown)}
          >
            <Icon name={isShown ? 'eyeOff' : 'eye'} />
          </button>
        </div>
      )}
    </Field>
  )
}

/** Six digits; sends its form by itself once they are there, if so wished. */
export function CodeField({ sends, ...field }: FieldProps & { sends?: boolean }) {
  return (
    <Field {...field}>
      {(props) => (
        <input
          {...props}
          class="code"
          type="text"
          dir="ltr"
          inputMode="numeric"
          autoComplete="one-time-code"
          onInput={({ currentTarget: input }) => {
            input.value = input.value.replace(/\D/g, '').slice(0, 6)
            if (sends && input.value.length === 6) input.form?.requestSubmit()
          }}
        />
      )}
    </Field>
  )
}

export function SelectField({ options, ...field }: FieldProps & { options: Record<string, string> }) {
  return (
    <Field {...field}>
      {({ defaultValue, ...props }) => (
        <select {...props}>
          {Object.entries(options).map(([key, label]) => (
            <option key={key} value={key} selected={key === defaultValue}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

interface CheckFieldProps extends Omit<FieldProps, 'optional' | 'first'> {
  checked?: boolean
  disabled?: boolean
}

export function CheckField({ name, value, label, hint, checked, disabled }: CheckFieldProps) {
  const hintId = useId()
  return (
    <div class="check">
      <label>
        <input
          type="checkbox"
          name={name}
          value={value ?? 'on'}
          defaultChecked={checked}
          disabled={disabled}
          aria-describedby={hint ? hintId : undefined}
        />
        <span>{label}</span>
      </label>
      {hint && (
        <p id={hintId} class="hint">
          {hint}
        </p>
      )}
    </div>
  )
}

/** Checkboxes under one heading. */
export function CheckGroup({ name, label, hint, children }: FieldProps & { children: ComponentChildren }) {
  const fault = useContext(FormFaults)[name]
  const [hintId, faultId] = [useId(), useId()]
  return (
    <fieldset aria-describedby={`${hintId} ${faultId}`}>
      <legend>{label}</legend>
      <p id={hintId} class="hint">
        {hint}
      </p>
      {children}
      <p id={faultId} class="fault" role="alert">
        {fault}
      </p>
    </fieldset>
  )
}

type ControlProps = Pick<
  JSX.IntrinsicElements['input'] & JSX.IntrinsicElements['select'],
  'id' | 'name' | 'required' | 'aria-invalid' | 'aria-describedby'
> & { defaultValue?: string | undefined; 'data-first'?: boolean }

function Field(props: FieldProps & { children: (props: ControlProps) => ComponentChildren }) {
  const { name, label, hint, value, optional = false, first = false, children } = props
  const fault = useContext(FormFaults)[name]
  const [id, hintId, faultId] = [useId(), useId(), useId()]
  const described = [hint ? hintId : '', fault ? faultId : ''].filter(Boolean).join(' ')
  return (
    <div class={fault ? 'field wrong' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        name,
        required: !optional,
        'aria-invalid': Boolean(fault),
        'aria-describedby': described || undefined,
        ...(value === undefined ? {} : { defaultValue: value }),
        ...(first ? { 'data-first': true } : {}),
      })}
      {hint && (
        <p id={hintId} class="hint">
          {hint}
        </p>
      )}
      {fault && (
        <p id={faultId} class="fault">
          {fault}
        </p>
      )}
    </div>
  )
}
